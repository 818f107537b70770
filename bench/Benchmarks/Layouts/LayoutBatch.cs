using System.Text;

namespace Exchange.Benchmarks.Layouts;

// family: one commit

/// <summary>
/// The entries of one commit and what they change, in the order of the chains, as arrays of parameters.
/// </summary>
internal sealed record LayoutBatch(HeadMoves Heads, EntryColumns Entries, RowColumns Rows);

/// <summary>Heads from where they are to where they go.</summary>
internal sealed record HeadMoves(
    long[] Chains, int[] OldIndexes, byte[][] OldHashes, int[] NewIndexes, byte[][] NewHashes, long[] NewTimes)
{
    internal object[] Parameters => [Chains, OldIndexes, OldHashes, NewIndexes, NewHashes, NewTimes];
}

/// <summary>Entries by columns.</summary>
internal sealed record EntryColumns(long[] Chains, int[] Indexes, Guid[] Names, byte[][] Bodies)
{
    internal object[] Parameters => [Chains, Indexes, Names, Bodies];
}

/// <summary>Rows of the projection by columns.</summary>
internal sealed record RowColumns(
    long[] Chains, string[] Keys, string[] Items, string[] Datasets, string[] Recipients, long[] Statuses,
    byte[][] Bodies)
{
    private const long DatasetNumber = 1;
    private const long RecipientNumber = 2;
    private const int PackedSizeBytes = 18;

    internal object[] Parameters(RowForm form) => form switch
    {
        RowForm.Numbered =>
        [
            Chains, Filled(DatasetNumber), Filled(RecipientNumber),
            Array.ConvertAll(Statuses, each => (short)each), Items, Bodies,
        ],
        RowForm.Packed =>
        [
            Array.ConvertAll(Statuses, each => (short)each), Array.ConvertAll(Keys, Packed),
            Array.ConvertAll(Items, Packed), Bodies,
        ],
        _ => [Keys, Items, Datasets, Recipients, Statuses, Bodies],
    };

    // As many bytes as a packed key has, and as different from each other.
    private static byte[] Packed(string key) => Encoding.ASCII.GetBytes(key[..PackedSizeBytes]);

    private long[] Filled(long value)
    {
        var values = new long[Chains.Length];
        Array.Fill(values, value);
        return values;
    }
}

/// <summary>
/// Makes the commits of one writer, which owns each chain whose number leaves its own remainder. A twentieth of the
/// entries goes to few chains, so that some are long.
/// </summary>
internal sealed class BatchSource
{
    internal const int LongChains = 200;
    private const int LongChainShare = 20;

    private static int _made;

    private readonly EntryMould _mould;
    private readonly RowForm _form;
    private readonly string[] _keys;
    private readonly (int Index, byte[] Hash)[] _heads;
    private readonly Random _random;
    private readonly int _writer;
    private readonly int _writers;

    internal BatchSource(
        EntryMould mould, RowForm form, string[] keys, (int Index, byte[] Hash)[] heads, int writer, int writers)
    {
        (_mould, _form, _keys, _heads, _writer, _writers) = (mould, form, keys, heads, writer, writers);

        // No two may make the same names of commands, in whatever round.
        _random = new(Interlocked.Increment(ref _made));
    }

    internal LayoutBatch Next(int count)
    {
        var chains = new long[count];
        for (var i = 0; i < count; i++)
        {
            var among = _random.Next(LongChainShare) == 0 ? Math.Min(LongChains, _keys.Length) : _keys.Length;
            chains[i] = (_random.Next(among / _writers) * _writers) + _writer;
        }

        Array.Sort(chains);
        var entries = new EntryColumns(chains, new int[count], new Guid[count], new byte[count][]);
        var rows = new RowColumns(
            chains, new string[count], new string[count], new string[count], new string[count], new long[count],
            new byte[count][]);
        List<(long Chain, int OldIndex, byte[] OldHash, int NewIndex, byte[] NewHash)> moves = [];
        var name = new byte[16];
        for (var i = 0; i < count; i++)
        {
            var chain = chains[i];
            var (index, hash) = _heads[chain];
            var next = new byte[32];
            _random.NextBytes(next);
            _random.NextBytes(name);
            var item = EntryMould.Key(_random);
            (entries.Indexes[i], entries.Names[i]) = (index + 1, new(name));
            entries.Bodies[i] = _mould.Entry(_keys[chain], item, _random);
            (rows.Keys[i], rows.Items[i], rows.Datasets[i]) = (_keys[chain], item, _mould.Dataset);
            (rows.Recipients[i], rows.Statuses[i]) = (_mould.Recipient, _mould.Status);
            rows.Bodies[i] = _form == RowForm.None ? [] : _mould.Row(_form, _keys[chain], item);
            _heads[chain] = (index + 1, next);
            if (moves.Count > 0 && moves[^1].Chain == chain)
            {
                moves[^1] = moves[^1] with { NewIndex = index + 1, NewHash = next };
            }
            else
            {
                moves.Add((chain, index, hash, index + 1, next));
            }
        }

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return new(
            new(
                [.. moves.Select(each => each.Chain)], [.. moves.Select(each => each.OldIndex)],
                [.. moves.Select(each => each.OldHash)], [.. moves.Select(each => each.NewIndex)],
                [.. moves.Select(each => each.NewHash)], [.. moves.Select(_ => now)]),
            entries, rows);
    }
}
