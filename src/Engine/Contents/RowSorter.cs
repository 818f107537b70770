using System.Security.Cryptography;

namespace Exchange.Engine.Contents;

/// <summary>
/// Sorts rows by place in bounded memory: what is too much is spooled in sorted runs, which are merged. Not thread-
/// safe.
/// </summary>
internal sealed class RowSorter : IDisposable
{
    private const int RunsMax = 32;
    private const int RowOverheadBytes = 96;

    private readonly string _folder;
    private readonly int _memorySizeBytes;
    private readonly AesGcm _cipher;
    private readonly List<List<SpoolFile>> _tiers = [];
    private readonly List<PlacedRow> _rows = [];
    private long _heldBytes;
    private long _number;

    internal RowSorter(string folder, int memorySizeBytes)
    {
        _folder = folder;
        _memorySizeBytes = memorySizeBytes;
        _cipher = new AesGcm(RandomNumberGenerator.GetBytes(32), tagSizeInBytes: 16);
    }

    /// <summary>How many runs were written outside memory.</summary>
    internal int RunsSpooled { get; private set; }

    /// <summary>Takes a row; its bytes are copied.</summary>
    internal void Add(SubjectPlace place, ReadOnlySpan<byte> row)
    {
        _rows.Add(new(place, _number++, row.ToArray()));
        _heldBytes += row.Length + RowOverheadBytes;
        if (_heldBytes >= _memorySizeBytes)
        {
            Spool(0, InMemory());
            _rows.Clear();
            _heldBytes = 0;
        }
    }

    /// <summary>All rows in order, once.</summary>
    internal IEnumerable<PlacedRow> Read()
    {
        List<IEnumerator<PlacedRow>> sources = [InMemory().AsEnumerable().GetEnumerator()];
        sources.AddRange(_tiers.SelectMany(tier => tier).Select(run => RowsOf(run).GetEnumerator()));
        return Merge(sources);
    }

    public void Dispose()
    {
        foreach (var run in _tiers.SelectMany(tier => tier))
        {
            run.Dispose();
        }

        _cipher.Dispose();
    }

    private List<PlacedRow> InMemory()
    {
        _rows.Sort(static (left, right) => left.CompareTo(right));
        return _rows;
    }

    private void Spool(int tier, IEnumerable<PlacedRow> rows)
    {
        var run = new SpoolFile(_folder, _cipher, RunsSpooled++);
        if (tier == _tiers.Count)
        {
            _tiers.Add([]);
        }

        _tiers[tier].Add(run);
        foreach (var row in rows)
        {
            run.Write(row);
        }

        run.Rewind();
        if (_tiers[tier].Count == RunsMax)
        {
            var merged = _tiers[tier];
            Spool(tier + 1, Merge([.. merged.Select(one => RowsOf(one).GetEnumerator())]));
            merged.ForEach(one => one.Dispose());
            merged.Clear();
        }
    }

    private static IEnumerable<PlacedRow> RowsOf(SpoolFile run)
    {
        SubjectPlace? place = null;
        while (run.TryRead(place, out var row))
        {
            place = row.Place;
            yield return row;
        }
    }

    private static IEnumerable<PlacedRow> Merge(List<IEnumerator<PlacedRow>> sources)
    {
        var order = Comparer<PlacedRow>.Create(static (left, right) => left.CompareTo(right));
        var heads = new PriorityQueue<IEnumerator<PlacedRow>, PlacedRow>(order);
        foreach (var source in sources.Where(source => source.MoveNext()))
        {
            heads.Enqueue(source, source.Current);
        }

        while (heads.TryDequeue(out var least, out var row))
        {
            yield return row;
            if (least.MoveNext())
            {
                heads.Enqueue(least, least.Current);
            }
        }
    }
}
