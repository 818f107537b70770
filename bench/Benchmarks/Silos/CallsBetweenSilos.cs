using System.Diagnostics;
using System.Text.Json.Nodes;
using Exchange.Benchmarks.Append;
using Exchange.Benchmarks.Harness;
using Exchange.Benchmarks.World;
using Exchange.Cluster.Hosts;
using Exchange.Engine;
using Exchange.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Exchange.Benchmarks.Silos;

/// <summary>
/// Calls from a silo's own grain factory to grains on two other silos, which are processes of their own, and beside
/// them to grains on the same silo.
/// </summary>
internal sealed class CallsBetweenSilos(ClusterWorld world, ImmutableArray<Called> called, SiloProcess[] others)
{
    private const int OtherSilos = 2;

    // As many as are asked in turn, so that no single one is what is measured.
    private const int GrainsMax = 2000;

    private int _turns;

    internal static async Task RunAsync(ClusterWorld world)
    {
        var others = new List<SiloProcess>();
        try
        {
            while (others.Count < OtherSilos)
            {
                others.Add(await SiloProcess.StartAsync(world.NextPlace("calls")));
            }

            await using var silo = await SiloNode.StartSiloAsync(world.NextPlace("calls"));
            var calls = new CallsBetweenSilos(world, await FindAsync(silo, world.Settings.Chains), [.. others]);
            foreach (var callers in world.Settings.Callers)
            {
                await calls.RunAsync(callers);
            }
        }
        finally
        {
            await Task.WhenAll(others.Select(silo => silo.DisposeAsync().AsTask()));
        }
    }

    private static async Task<ImmutableArray<Called>> FindAsync(SiloNode silo, int chains)
    {
        var count = Math.Min(chains, GrainsMax);
        var echoes = new IEcho[count];
        var households = new ChainId[count];
        var isEchoHere = new bool[count];
        var isHouseholdHere = new bool[count];
        var here = silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var directory = silo.Grains.GetGrain<IManagementGrain>(0);
        await Parties.ForEachAsync("grains found", count, async number =>
        {
            (echoes[number], households[number]) =
                (silo.Grains.GetGrain<IEcho>($"e{number}"), Parties.HouseholdOf(number));
            _ = await echoes[number].CallAsync(number);
            _ = await silo.Exchange.ReadAsync(households[number], CancellationToken.None);
            var household = silo.Grains.GetGrain<IChainGrain>(
                GrainId.Create(households[number].KindName, households[number].Key.Value));
            isEchoHere[number] = here.Equals(await directory.GetActivationAddress(echoes[number]));
            isHouseholdHere[number] = here.Equals(await directory.GetActivationAddress(household));
        }, parallelMax: 32);
        return
        [
            .. Echoes("nothingElsewhere", echoes.Where((_, number) => !isEchoHere[number])),
            .. Echoes("nothingHere", echoes.Where((_, number) => isEchoHere[number])),
            .. Reads("readElsewhere", silo.Exchange, households.Where((_, number) => !isHouseholdHere[number])),
            .. Reads("readHere", silo.Exchange, households.Where((_, number) => isHouseholdHere[number])),
        ];
    }

    private static IEnumerable<Called> Echoes(string name, IEnumerable<IEcho> echoes)
    {
        IEcho[] grains = [.. echoes];
        return grains.Length == 0
            ? []
            : [new(name, grains.Length, random => grains[random.Next(grains.Length)].CallAsync(1))];
    }

    private static IEnumerable<Called> Reads(string name, IExchange exchange, IEnumerable<ChainId> households)
    {
        ChainId[] chains = [.. households];
        return chains.Length == 0
            ? []
            : [new(name, chains.Length, async random =>
                _ = await exchange.ReadAsync(chains[random.Next(chains.Length)], CancellationToken.None))];
    }

    private async Task RunAsync(int callers)
    {
        var rounds = called.ToDictionary(each => each.Name, _ => new List<Metered>(), StringComparer.Ordinal);
        for (var number = 0; number <= world.Settings.Rounds; number++)
        {
            foreach (var each in number % 2 == 0 ? called : called.Reverse())
            {
                var round = await world.MeterAsync(() => RunAsync(each, callers), others);
                Console.Error.WriteLine(FormattableString.Invariant(
                    $"{callers} callers, round {number} of {world.Settings.Rounds}: ")
                    + FormattableString.Invariant($"{each.Name} {round.Load.PerSecond:N0} calls a second"));
                if (number > 0)
                {
                    // The round before the first warms up.
                    rounds[each.Name].Add(round);
                }
            }
        }

        var result = world.Line(callers);
        result["silos"] = OtherSilos + 1;
        foreach (var each in called)
        {
            var described = Metered.Describe(rounds[each.Name]);
            described["grains"] = each.Grains;
            result[each.Name] = described;
        }

        ResultLine.Write("cluster-calls", result);
    }

    private async Task<LoadResult> RunAsync(Called each, int callers)
    {
        GC.Collect();
        var (processor, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        var clock = Stopwatch.StartNew();
        var latencies = await Callers.RunAsync(
            callers, HashCode.Combine(world.Settings.Seed, ++_turns), clock, world.Settings.Time, each.CallAsync);
        return new(
            latencies.Length, latencies.Length, clock.Elapsed, Environment.CpuUsage.TotalTime - processor,
            GC.GetTotalAllocatedBytes() - allocated, latencies);
    }
}
