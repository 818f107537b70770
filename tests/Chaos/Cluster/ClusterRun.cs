using System.Diagnostics;
using Exchange.Chaos.Clients;
using Exchange.Chaos.Kills;

namespace Exchange.Chaos.Cluster;

/// <summary>
/// Disturbs a cluster at random moments under load, one thing at a time, waits after each until all is well again, and
/// in the end holds the cluster to the journal.
/// </summary>
public sealed class ClusterRun : IDisposable
{
    private const int Households = 60;

    // A call that meets a dying silo is answered within seconds; who waits for so long waits for nothing.
    private static readonly TimeSpan GatewayPatience = TimeSpan.FromSeconds(30);

    // Half of the time a silo may stand still or be out of reach, and callers go elsewhere.
    private static readonly TimeSpan SiloPatience = TimeSpan.FromSeconds(3);

    // A silo that is dead to the others and goes on for longer says in the log what kept it.
    private static readonly TimeSpan LearningMax = TimeSpan.FromSeconds(10);

    private readonly ClusterNodes _nodes;
    private readonly TextWriter _log;
    private readonly int _seed;
    private readonly Tally _gatewayTally = new();
    private readonly Tally _siloTally = new();
    private readonly ExchangeClient[] _gateways;
    private readonly ExchangeClient[] _silos;
    private readonly SortedDictionary<string, Awakening> _awakenings = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];
    private readonly int[] _endingsSeen;
    private TimeSpan _longestRecovery;
    private int _learnedDeath;

    private ClusterRun(ClusterNodes nodes, int seed, TextWriter log)
    {
        (_nodes, _seed, _log) = (nodes, seed, log);
        _gateways =
            [.. nodes.Gateways.Select(node => new ExchangeClient(node.Address, GatewayPatience, _gatewayTally))];
        _silos = [.. nodes.Silos.Select(node => new ExchangeClient(node.Address, SiloPatience, _siloTally))];
        _endingsSeen = [.. All.Select(node => node.Endings.Count)];
    }

    private TendedNode[] All => [.. _nodes.Silos, .. _nodes.Gateways];

    /// <param name="program">An <c>exchange</c> that was built with Orleans.</param>
    /// <param name="network">Belongs to the run from here on.</param>
    /// <param name="enough">Ends the run early; what was done is reckoned all the same.</param>
    public static async Task<ClusterReport> RunAsync(
        string program, ISiloNetwork network, int silos, int disturbances, int seed, TextWriter log,
        CancellationToken enough = default)
    {
        using var folder = new RunFolder("exchange-cluster-", log);
        await using var nodes = await ClusterNodes.StartAsync(folder.Path, program, network, silos);
        using var run = new ClusterRun(nodes, seed, log);
        var report = await run.RunAsync(folder.Path, disturbances, enough);
        folder.IsGood = report.IsGood;
        return report;
    }

    public void Dispose()
    {
        foreach (var client in _gateways.Concat(_silos))
        {
            client.Dispose();
        }
    }

    private async Task<ClusterReport> RunAsync(string directory, int disturbances, CancellationToken enough)
    {
        // Building and reckoning are no calls that a disturbance meets.
        using var patient = new ExchangeClient(_nodes.Gateways[0].Address);
        var world = await World.BuildAsync(patient, _nodes.Keep, Households);
        using var journal = new Journal(Path.Combine(directory, "journal"));
        var roll = new Roll(world);
        var load = new Load([.. _silos, .. _gateways], world, journal, _seed, roll);
        load.Start();
        var turns = new DisturbanceTurns(_nodes.Silos.Count, _nodes.Gateways.Count, _nodes.CanCut);
        var random = new Random(_seed);
        var number = 0;
        while (number < disturbances && !enough.IsCancellationRequested)
        {
            number++;
            await Task.Delay(random.Next(50, 1500), CancellationToken.None);
            var told = await DisturbAsync(turns.Next(), load, roll, number);
            await _log.WriteLineAsync(
                $"kill {number} of {disturbances}, {told}, {journal.Acknowledged.Count} acknowledged");
        }

        await load.StopAsync();
        var end = await Reckoning.AtRestAsync(patient, world, journal, directory);
        var run = new KillReport(
            $"cluster of {_nodes.Silos.Count}", number, _seed, journal.Sent, journal.Acknowledged.Count,
            journal.Refused, load.Downloads, end.Check, _longestRecovery, end.VerifierExitCode, end.Verdict,
            [.. load.Errors, .. _errors]);
        return new(run, _awakenings, _gatewayTally, _siloTally, _learnedDeath);
    }

    private async Task<string> DisturbAsync(Disturbance disturbance, Load load, Roll roll, int number)
    {
        var generation = disturbance.Silo is { } known ? await _nodes.GenerationOfAsync(known) : 0;
        var clock = Stopwatch.StartNew();
        await disturbance.BeginAsync(_nodes);
        var began = clock.Elapsed;
        var dying = disturbance.Silo is { } doomed
            ? TimeAsync(_nodes.UntilDeadAsync(doomed, generation), clock)
            : Task.FromResult(TimeSpan.Zero);
        var (asked, silent) = await roll.UntilAllAnswerAsync(
            [.. _gateways.Where((_, at) => at != disturbance.Gateway)], $"{_seed}/{number}");
        var awake = clock.Elapsed;
        _errors.AddRange(silent);
        if (disturbance.IsSurvived)
        {
            _ = await dying;
        }

        var ended = Stopwatch.GetTimestamp();
        await disturbance.EndAsync(_nodes);
        if (disturbance.Silo is { } silo)
        {
            _awakenings[disturbance.Kind] = _awakenings.GetValueOrDefault(disturbance.Kind, Awakening.None).With(awake);
            await _nodes.UntilJoinedAsync(silo, generation);
        }

        await _nodes.WaitUntilReadyAsync();
        await load.WriteToEachAsync($"{_seed}/after {number}");
        var recovered = disturbance.Silo is null ? clock.Elapsed : Stopwatch.GetElapsedTime(ended);
        _longestRecovery = recovered > _longestRecovery ? recovered : _longestRecovery;
        var learned = await JudgeEndingsAsync(disturbance, ended);
        return $"{disturbance.Name}: done after {began.TotalMilliseconds:0} ms, "
            + (disturbance.Silo is null ? "" : $"declared dead after {(await dying).TotalMilliseconds:0} ms, ")
            + $"{asked} grains answered after {awake.TotalMilliseconds:0} ms, "
            + (learned is { } end ? $"ended {Stopwatch.GetElapsedTime(ended, end).TotalMilliseconds:0} ms later, " : "")
            + $"all recovered {recovered.TotalMilliseconds:0} ms later";
    }

    private static async Task<TimeSpan> TimeAsync(Task done, Stopwatch clock)
    {
        await done;
        return clock.Elapsed;
    }

    // A silo that is dead to the others ends when it learns of it, and is started again; answers when. Nobody else ends
    // by itself.
    private async Task<long?> JudgeEndingsAsync(Disturbance disturbance, long ended)
    {
        long? learned = null;
        var nodes = All;
        for (var at = 0; at < nodes.Length; at++)
        {
            var endings = nodes[at].Endings;
            foreach (var ending in endings.Skip(_endingsSeen[at]))
            {
                if (disturbance.IsSurvived && at == disturbance.Silo)
                {
                    _learnedDeath++;
                    learned = ending.Timestamp;
                    if (Stopwatch.GetElapsedTime(ended, ending.Timestamp) > LearningMax)
                    {
                        await _log.WriteLineAsync($"{disturbance.Name}, late: {ending.Text}");
                    }
                }
                else
                {
                    _errors.Add($"{disturbance.Name}: {ending.Text}");
                    await _log.WriteLineAsync($"{disturbance.Name}: {ending.Text}");
                }
            }

            _endingsSeen[at] = endings.Count;
        }

        return learned;
    }
}
