using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// The parts of a transaction as the arrays of one statement, filled anew each time. Not thread-safe.
/// </summary>
internal sealed class AppendArrays
{
    private readonly ArrayParameters _parameters = new(SqlText.Postgres.Of("append_parts"));
    private readonly ByteArena _hashes = new();
    private readonly List<long> _citedIds;
    private readonly List<long> _citedIndexes;
    private readonly List<ReadOnlyMemory<byte>> _citedHashes;
    private readonly List<long> _movedIds;
    private readonly List<long> _expectedIndexes;
    private readonly List<ReadOnlyMemory<byte>> _expectedHashes;
    private readonly List<long> _movedIndexes;
    private readonly List<ReadOnlyMemory<byte>> _movedHashes;
    private readonly List<long> _newIds;
    private readonly List<short> _newKinds;
    private readonly List<string?> _newKeys;
    private readonly List<long> _newIndexes;
    private readonly List<ReadOnlyMemory<byte>> _newHashes;
    private readonly List<long> _entryChains;
    private readonly List<long> _entryIndexes;
    private readonly List<Guid> _entryNames;
    private readonly List<ReadOnlyMemory<byte>> _entryBodies;
    private readonly NpgsqlParameter<long> _oldest;
    private readonly NpgsqlParameter<long> _newest;

    internal AppendArrays()
    {
        // In the order of the function's parameters.
        _citedIds = _parameters.AddBig();
        _citedIndexes = _parameters.AddBig();
        _citedHashes = _parameters.AddBytes();
        _movedIds = _parameters.AddBig();
        _expectedIndexes = _parameters.AddBig();
        _expectedHashes = _parameters.AddBytes();
        _movedIndexes = _parameters.AddBig();
        _movedHashes = _parameters.AddBytes();
        _newIds = _parameters.AddBig();
        _newKinds = _parameters.AddSmall();
        _newKeys = _parameters.AddText();
        _newIndexes = _parameters.AddBig();
        _newHashes = _parameters.AddBytes();
        _entryChains = _parameters.AddBig();
        _entryIndexes = _parameters.AddBig();
        _entryNames = _parameters.AddNames();
        _entryBodies = _parameters.AddBytes();
        _oldest = _parameters.AddNumber();
        _newest = _parameters.AddNumber();
    }

    /// <summary>The row changes of all parts, in order.</summary>
    internal List<EncodedChange> Rows { get; } = [];

    internal bool IsEmpty => _entryChains.Count == 0;

    /// <summary>The bytes of the last entry of those that are not empty.</summary>
    internal ReadOnlySpan<byte> LastBody => _entryBodies[^1].Span;

    internal NpgsqlBatchCommand Command => _parameters.Command;

    internal void Clear()
    {
        _citedIds.Clear();
        _citedIndexes.Clear();
        _citedHashes.Clear();
        _movedIds.Clear();
        _expectedIndexes.Clear();
        _expectedHashes.Clear();
        _movedIndexes.Clear();
        _movedHashes.Clear();
        _newIds.Clear();
        _newKinds.Clear();
        _newKeys.Clear();
        _newIndexes.Clear();
        _newHashes.Clear();
        _entryChains.Clear();
        _entryIndexes.Clear();
        _entryNames.Clear();
        _entryBodies.Clear();
        _oldest.TypedValue = long.MaxValue;
        _newest.TypedValue = 0;
        _hashes.Clear();
        Rows.Clear();
    }

    /// <summary>Adds a head that some part cites.</summary>
    internal void AddCited(long number, ChainHead head)
    {
        _citedIds.Add(number);
        _citedIndexes.Add(head.Index.Value);
        _citedHashes.Add(Copy(head.Hash));
    }

    /// <summary>Adds a part whole.</summary>
    internal void Add(PostgresAppend job)
    {
        if (job.IsNew)
        {
            AddNew(job);
        }
        else
        {
            AddMoved(job);
        }

        AddEntries(job);
    }

    /// <summary>Adds what follows the head: for a new chain that the transaction has already.</summary>
    internal void AddEntries(PostgresAppend job)
    {
        var (oldest, newest) = (_oldest.TypedValue, _newest.TypedValue);
        var entries = job.Part.Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            _entryChains.Add(job.Number);
            _entryIndexes.Add(entry.Index.Value);
            _entryNames.Add(new(job.Encoded.NameOf(i), bigEndian: true));
            _entryBodies.Add(entry.Bytes);
            oldest = Math.Min(oldest, entry.RecordedAt.Value);
            newest = Math.Max(newest, entry.RecordedAt.Value);
        }

        _oldest.TypedValue = oldest;
        _newest.TypedValue = newest;
        foreach (var row in job.Encoded.Rows)
        {
            Rows.Add(row);
        }
    }

    private void AddMoved(PostgresAppend job)
    {
        var (expected, head) = (job.Part.Expected, job.NewHead);
        _movedIds.Add(job.Number);
        _expectedIndexes.Add(expected.Index.Value);
        _expectedHashes.Add(Copy(expected.Hash));
        _movedIndexes.Add(head.Index.Value);
        _movedHashes.Add(Copy(head.Hash));
    }

    private void AddNew(PostgresAppend job)
    {
        var head = job.NewHead;
        _newIds.Add(job.Number);
        _newKinds.Add((short)job.Part.Chain.Kind);
        _newKeys.Add(job.Part.Chain.Key.Value);
        _newIndexes.Add(head.Index.Value);
        _newHashes.Add(Copy(head.Hash));
    }

    private Memory<byte> Copy(Digest hash)
    {
        var copy = _hashes.Take(Digest.SizeBytes);
        hash.Span.CopyTo(copy.Span);
        return copy;
    }
}
