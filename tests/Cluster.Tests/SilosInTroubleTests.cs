using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Cluster.Tests.Programs;

namespace Exchange.Cluster.Tests;

/// <summary>What callers of a node without grains see of silos that leave or stand still, as processes.</summary>
public sealed partial class SilosInTroubleTests
{
    private const int Departments = 24;

    [ServerFact]
    public async Task A_silo_that_is_told_to_stop_under_load_hands_over_and_nobody_gets_an_error()
    {
        using var cluster = new ProgramCluster();
        await using var stays = NodeProgram.Start(cluster, Release.This, "--cluster");
        await stays.UntilReadyAsync();
        await using var leaves = NodeProgram.Start(cluster, Release.This, "--cluster");
        await using var door = NodeProgram.Start(cluster, Release.This, "--gateway");
        await Task.WhenAll(leaves.UntilReadyAsync(), door.UntilReadyAsync());
        var token = await NodeProgram.TokenAsync(cluster, "operator", "operator/main");
        var departments = await RegisterOnBothAsync(token, door, stays, leaves);

        var given = new ConcurrentQueue<NodeAnswer>();
        var left = false;
        var load = Task.WhenAll(departments.Select(async department =>
        {
            var keys = new List<Guid>();
            while (!Volatile.Read(ref left))
            {
                keys.Add(await CorrectPatientlyAsync(door, token, department, Guid.NewGuid(), given));
            }

            keys.Add(await CorrectPatientlyAsync(door, token, department, Guid.NewGuid(), given));
            return keys;
        }));
        await Until.IsSoAsync(
            () => load.IsFaulted || given.Count > 2 * departments.Length, () => door.Log);
        var code = await leaves.TerminateAsync();
        Volatile.Write(ref left, true);
        var acknowledged = await load;

        Assert.Equal(0, code);
        Assert.True(cluster.CountLeft() == 1, leaves.Log);
        var commands = cluster.Commands();
        Assert.All(departments.Zip(acknowledged), each => Assert.Equal(
            each.Second.Select(IdOf), commands[each.First].Skip(1)));
    }

    [ServerFact]
    public async Task A_command_to_a_silo_that_stands_still_has_an_unknown_outcome_and_happens_once()
    {
        using var cluster = new ProgramCluster();
        await using var silo = NodeProgram.Start(cluster, Release.This, "--cluster");
        await silo.UntilReadyAsync();
        await using var door = NodeProgram.Start(cluster, Release.This, "--gateway");
        await door.UntilReadyAsync();
        var token = await NodeProgram.TokenAsync(cluster, "operator", "operator/main");
        var department = await door.RegisterAsync(token);
        var key = Guid.NewGuid();

        silo.StandStill();
        var still = await door.CorrectAsync(token, department, key);
        silo.GoOn();

        // Nobody else can have answered, and nobody knows whether the silo still will.
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome-unknown"), (still.Status, still.Code));
        Assert.NotNull(still.RetryAfter);
        var answers = new ConcurrentQueue<NodeAnswer>();
        _ = await CorrectPatientlyAsync(door, token, department, key, answers);
        _ = await CorrectPatientlyAsync(door, token, department, key, answers);
        var receipts = answers.Where(answer => answer.Status == HttpStatusCode.OK).Select(answer => answer.Receipt);
        _ = Assert.Single(receipts.Distinct());
        Assert.True(answers.Last().Replayed);
        Assert.Equal([IdOf(key)], cluster.Commands()[department].Skip(1));
    }

    // So many that both silos host some of them, which one that joined a moment ago need not do yet.
    private static async Task<ImmutableArray<string>> RegisterOnBothAsync(
        string token, NodeProgram door, params NodeProgram[] silos)
    {
        ImmutableArray<string> departments = [];
        string[] figures = [];
        await Until.IsSoAsync(
            async () =>
            {
                departments = departments.AddRange(
                    await Task.WhenAll(Enumerable.Range(0, Departments).Select(_ => door.RegisterAsync(token))));
                figures = await Task.WhenAll(silos.Select(silo => silo.ReadAsync("/metrics", token)));
                return figures.All(each => int.TryParse(
                    Resident().Match(each).Groups["count"].ValueSpan, out var count) && count > 1);
            },
            () => string.Join('\n', figures.Select(each => Resident().Match(each).Value)));
        return departments;
    }

    // As a caller does it: what may not have been done is asked for again, under its key.
    private static async Task<Guid> CorrectPatientlyAsync(
        NodeProgram node, string token, string department, Guid key, ConcurrentQueue<NodeAnswer> answers)
    {
        await Until.IsSoAsync(
            async () =>
            {
                var answer = await node.CorrectAsync(token, department, key);
                answers.Enqueue(answer);
                Assert.True(
                    answer is { Status: HttpStatusCode.OK }
                        or { Status: HttpStatusCode.ServiceUnavailable, RetryAfter: not null },
                    $"{answer}\n{node.Log}");
                return answer.Status == HttpStatusCode.OK;
            },
            () => $"{answers.Last()}\n{node.Log}");
        return key;
    }

    private static CommandId IdOf(Guid key)
    {
        Assert.True(CommandId.TryParse($"{key}", out var id));
        return id;
    }

    [GeneratedRegex(@"^exchange_grain_resident\S* (?<count>\d+)", RegexOptions.Multiline)]
    private static partial Regex Resident();
}
