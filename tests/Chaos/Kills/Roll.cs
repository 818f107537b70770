using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;

namespace Exchange.Chaos.Kills;

/// <summary>
/// The grains that a run uses: those that it began with, and as many of the newest as can be asked within a moment.
/// Silos that came back hold new ones above all. Thread-safe.
/// </summary>
public sealed class Roll
{
    private const int NewestMax = 240;
    private const int AskedAtOnce = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // For a grain that will never answer; the goal is seconds.
    private static readonly TimeSpan AnswerMax = TimeSpan.FromMinutes(3);

    private readonly World _world;
    private readonly GrainProbe[] _first;
    private readonly ConcurrentQueue<GrainProbe> _newest = new();

    public Roll(World world)
    {
        _world = world;
        _first =
        [
            new("department", HttpMethod.Post, world.By.Operator, "/v1/departments", World.DepartmentBody()),
            new("notice", HttpMethod.Post, world.By.Department, "/v1/notices", World.NoticeBody()),
            new("dataset", HttpMethod.Post, world.By.Department, "/v1/datasets", World.DatasetBody()),
            OfBuyer(World.Buyer),
            .. world.Households.Select(household => OfHousehold(household.Id)),
            .. world.Households.Select(household => new GrainProbe(
                $"identifier {household.Identifier}", HttpMethod.Post, world.By.Department, "/v1/identifiers",
                new()
                {
                    ["scheme"] = "register",
                    ["value"] = World.NumberOf(household.Number),
                    ["household"] = household.Id,
                })),
        ];
    }

    public void AddHousehold(string id) => Add(OfHousehold(id));

    public void AddBuyer(string id) => Add(OfBuyer(id));

    public void AddAgreement(string id) => Add(new(
        $"agreement {id}", HttpMethod.Post, _world.By.Operator, $"/v1/agreements/{id}/retry",
        new() { ["step"] = "licensor" }));

    /// <summary>Asks every grain until it answers.</summary>
    /// <param name="clients">Of the nodes that may be asked, in turn.</param>
    /// <param name="step">Says which time it is: each has keys of its own.</param>
    /// <returns>How many were asked, and those that did not answer in the end.</returns>
    public async Task<(int Asked, IReadOnlyList<string> Silent)> UntilAllAnswerAsync(
        IReadOnlyList<ExchangeClient> clients, string step)
    {
        GrainProbe[] all = [.. _first, .. _newest];
        var silent = new ConcurrentQueue<string>();
        var waited = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce }, async (probe, _) =>
            {
                var key = World.Key($"{step}/{probe.Grain}");
                var last = "no answer";
                for (int turn = key.ToByteArray()[0]; ; turn++)
                {
                    var answer = await AskAsync(clients[turn % clients.Count], probe, key);
                    if (answer is { Status: not (429 or 503) })
                    {
                        return;
                    }

                    last = answer?.Text ?? last;
                    if (waited.Elapsed > AnswerMax)
                    {
                        silent.Enqueue($"{step}: {probe.Grain} did not answer within {AnswerMax}: {last}");
                        return;
                    }

                    await Task.Delay(Pause, CancellationToken.None);
                }
            });
        return (all.Length, [.. silent]);
    }

    private static async Task<Answer?> AskAsync(ExchangeClient client, GrainProbe probe, Guid key)
    {
        try
        {
            return await client.SendAsync(probe.Method, probe.Token, probe.Path, key, probe.Body);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException)
        {
            // A node that says nothing says nothing wrong; another one is asked.
            return null;
        }
    }

    private GrainProbe OfHousehold(string id) => new(
        $"household {id}", HttpMethod.Patch, _world.By.Department, $"/v1/households/{id}",
        new JsonObject { ["county"] = Load.County });

    private GrainProbe OfBuyer(string id) => new(
        $"buyer {id}", HttpMethod.Post, _world.By.Operator, "/v1/buyers", Load.Buyer(id));

    private void Add(GrainProbe probe)
    {
        _newest.Enqueue(probe);
        while (_newest.Count > NewestMax)
        {
            _ = _newest.TryDequeue(out _);
        }
    }
}
