using System.Diagnostics;
using Exchange.Benchmarks.Harness;
using Exchange.Benchmarks.World;
using Exchange.Engine;
using Exchange.Grains.Datasets;
using Exchange.Grains.Households;
using Exchange.Grains.Rules;
using Exchange.Grains.Values;
using Exchange.Ledger;
using Exchange.Store.Sqlite;

namespace Exchange.Benchmarks.Append;

/// <summary>An exchange with warm household grains, to which callers give consents.</summary>
internal sealed class ConsentLoad : IAsyncDisposable
{
    private static readonly ChainId Dataset = ChainId.Parse("dataset/register");

    private static readonly ImmutableArray<Column> Columns =
    [
        .. "abcdefgh".Select(letter =>
            new Column(ColumnName.Parse($"column_{letter}"), ColumnType.Text, Required: false)),
    ];

    // Twice as many as a node has sessions that read: more would only wait for them, and some for too long.
    private const int LoadsMax = 32;

    private readonly ILoadNode _node;
    private readonly Parties _parties;
    private readonly int _seed;
    private readonly ConsentTerms _terms =
        Parties.Terms(Dataset.Key, [.. Columns.Skip(1).Take(5).Select(column => column.Name)]);

    private long _entries;
    private int _turns;
    private (int Entry, int Row) _sizes;

    private ConsentLoad(ILoadNode node, int chains, int seed, ulong series = 1)
    {
        (_node, _seed, _parties) = (node, seed, new(node.Exchange, series));
        Households = [.. Enumerable.Range(0, chains).Select(Parties.HouseholdOf)];
    }

    internal ImmutableArray<ChainId> Households { get; }

    /// <summary>What each consent permits.</summary>
    internal ConsentTerms Terms => _terms;

    /// <summary>The file with the tables; its log lies beside it.</summary>
    internal string DatabasePath => Path.Combine(_node.Directory, SqliteOptions.FileName);

    /// <summary>How many entries stand on the chains.</summary>
    internal long Entries => Interlocked.Read(ref _entries);

    /// <summary>Bytes of a consent's entry and of its row.</summary>
    internal (int Entry, int Row) SizesOfSample() => _sizes;

    internal static async Task<ConsentLoad> OpenAsync(string directory, int chains, int seed) =>
        new(await Node.OpenAsync(directory), chains, seed);

    /// <summary>A load on a node that the load owns.</summary>
    /// <param name="series">Another one for each load that gives consents on the same chains.</param>
    internal static ConsentLoad On(ILoadNode node, int chains, int seed, ulong series = 1) =>
        new(node, chains, seed, series);

    /// <summary>Registers the households, then gives consents until this many entries stand on the chains.</summary>
    internal async Task FillAsync(int entries)
    {
        await _parties.RegisterAsync();
        _ = await _parties.PublishDatasetAsync(Dataset, Columns);
        await Parties.ForEachAsync(
            "households", Households.Length, number => _parties.RegisterHouseholdAsync(Households[number]));
        _ = Interlocked.Add(ref _entries, Households.Length);
        var random = new Random(_seed);
        var order = new int[Math.Max(0, entries - Households.Length)];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = random.Next(Households.Length);
        }

        await Parties.ForEachAsync("consents", order.Length, number => GiveAsync(Households[order[number]]));
    }

    /// <summary>
    /// Registers the parties and one household more, the model of all others, whose chains are then filled without
    /// deciding each entry.
    /// </summary>
    internal async Task FillStraightAsync(long entries, int passes)
    {
        await _parties.RegisterAsync();
        _ = await _parties.PublishDatasetAsync(Dataset, Columns);
        var model = Parties.HouseholdOf(Households.Length);
        await _parties.RegisterHouseholdAsync(model);
        await GiveAsync(model);
        var fill = await LedgerFill.FromAsync(_node.Ledger, _node.Rows, _node.Exchange.Id, model);
        _ = Interlocked.Add(ref _entries, await fill.FillAsync(Households, entries, passes));
    }

    /// <summary>Has every grain in memory.</summary>
    internal Task WarmAsync() => Parties.ForEachAsync(
        "households in memory", Households.Length,
        async number => _ = await _node.Exchange.ReadAsync(Households[number], CancellationToken.None), LoadsMax);

    /// <summary>Callers give consents of households drawn at random, each waiting for its answer, for a time.</summary>
    internal async Task<LoadResult> RunAsync(int callers, TimeSpan time)
    {
        GC.Collect();
        var (entries, commits, processor) = (Entries, _node.Commits, Environment.CpuUsage.TotalTime);
        var allocated = GC.GetTotalAllocatedBytes();
        var clock = Stopwatch.StartNew();
        var latencies = await CallAsync(
            callers, clock, time, random => GiveAsync(Households[random.Next(Households.Length)]));
        return new(
            Entries - entries, _node.Commits - commits, clock.Elapsed,
            Environment.CpuUsage.TotalTime - processor, GC.GetTotalAllocatedBytes() - allocated, latencies);
    }

    /// <summary>
    /// Callers who all withdraw from one household, and meanwhile callers of the others who give; the latencies of
    /// each.
    /// </summary>
    internal async Task<(long[] Hot, long[] Others)> RunHotAsync(int hot, int others, TimeSpan time)
    {
        GC.Collect();
        var clock = Stopwatch.StartNew();
        var hotCalls = CallAsync(hot, clock, time, _ => WithdrawAsync(Households[0]));
        var otherCalls = CallAsync(
            others, clock, time, random => GiveAsync(Households[random.Next(1, Households.Length)]));
        return (await hotCalls, await otherCalls);
    }

    /// <summary>So many more entries on the chain of the first household.</summary>
    internal Task LengthenAsync(int entries) => Parties.ForEachAsync(
        "entries of one household", entries, _ => WithdrawAsync(Households[0]));

    /// <summary>Gives one more consent; answers its entry and its row as they stand in the store.</summary>
    internal async Task<(ReadOnlyMemory<byte> Entry, ConsentRow Row)> SampleAsync()
    {
        var outcome = await _parties.ConsentAsync(Households[0], _terms);
        Parties.Expect(outcome, "a consent");
        var accepted = (SubmitOutcome.Accepted)outcome;
        var row = accepted.Changes.OfType<RowChange.Upsert>()
            .Select(change => change.Row).OfType<ConsentRow>().Single();
        _ = Interlocked.Increment(ref _entries);
        await foreach (var entry in _node.Ledger.ReadChainAsync(
            Households[0], accepted.Receipt.Index, accepted.Receipt.Index, CancellationToken.None))
        {
            _sizes = (entry.Bytes.Length, RowBodies.Encode(row).Length);
            return (entry.Bytes, row);
        }

        throw new InvalidDataException($"Expected the entry {accepted.Receipt.Index}, found none.");
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private Task<long[]> CallAsync(int callers, Stopwatch clock, TimeSpan time, Func<Random, Task> call) =>
        Callers.RunAsync(callers, HashCode.Combine(_seed, Interlocked.Increment(ref _turns)), clock, time, call);

    private async Task WithdrawAsync(ChainId household)
    {
        Parties.Expect(await _parties.WithdrawAsync(household), "a withdrawal");
        _ = Interlocked.Increment(ref _entries);
    }

    private async Task GiveAsync(ChainId household)
    {
        Parties.Expect(await _parties.ConsentAsync(household, _terms), "a consent");
        _ = Interlocked.Increment(ref _entries);
    }
}
