using SQLitePCL;

namespace Exchange.Store.Sqlite;

/// <summary>
/// The one connection that writes, with what it knows of the chains. Only the writer's thread calls it. Heads in memory
/// are the fence: no other process writes, and what is not in memory is read from the tables first.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int CheckpointPages = 16 * 1024;

    private readonly ChainCache _chains;
    private readonly SqliteStatement _insertEntry;
    private readonly SqliteStatement _insertKey;
    private readonly SqliteStatement _deleteKey;
    private readonly SqliteStatement _raiseTime;
    private EntryPosition _committed;
    private EntryPosition _last;
    private UnixMilliseconds _greatest;
    private long _pagesBefore;

    internal SqliteWriter(SqliteConnection connection)
    {
        Connection = connection;
        Rows = new(connection);
        _chains = new(connection);
        _insertEntry = connection.Statement("insert_entry");
        _insertKey = connection.Statement("insert_entry_key");
        _deleteKey = connection.Statement("delete_entry_key");
        _raiseTime = connection.Statement("raise_greatest_time");
        _last = _committed = new(connection.ReadNumberOrZero("read_greatest_position"));
    }

    internal SqliteConnection Connection { get; }

    internal RowStatements Rows { get; }

    internal void Begin() => Connection.Run("begin");

    internal void Commit()
    {
        if (_last != _committed)
        {
            _raiseTime.Bind(1, _greatest.Value).Run();
        }

        Connection.Run("commit");
        _committed = _last;
    }

    internal void RollBack()
    {
        _last = _committed;
        _chains.Clear();
        Connection.RollBack();
    }

    internal AppendOutcome Append(AppendJob job)
    {
        var (chain, expected, entries, _) = job.Part;
        var slot = _chains.Get(chain);
        if (slot?.Head is { } head ? head != expected : !expected.IsEmpty)
        {
            return AppendOutcome.HeadMoved;
        }

        slot ??= _chains.Add(chain);
        if (!TryAddCommands(job, slot.Id))
        {
            return AppendOutcome.CommandKnown;
        }

        foreach (var entry in entries)
        {
            _last = new(_last.Value + 1);
            _insertKey.Bind(1, slot.Id).Bind(2, entry.Index.Value).Bind(3, _last.Value).Bind(4, entry.Hash.Span).Run();
            _insertEntry.Bind(1, _last.Value).Bind(2, slot.Id).Bind(3, entry.Index.Value)
                .Bind(4, entry.RecordedAt.Value).Bind(5, entry.Intent.Span).Bind(6, entry.Bytes.Span).Run();
            _greatest = UnixMilliseconds.Max(_greatest, entry.RecordedAt);
        }

        foreach (var row in job.Rows)
        {
            Rows.Apply(row);
        }

        slot.Head = new(entries[^1].Index, entries[^1].Hash);
        return AppendOutcome.Stored;
    }

    /// <summary>Moves the log into the database now and then, after callers have been answered.</summary>
    internal void CheckpointWhenDue()
    {
        var pages = Connection.PagesWritten;
        if (pages - _pagesBefore >= CheckpointPages)
        {
            _pagesBefore = pages;
            Connection.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        }
    }

    public void Dispose() => Connection.Dispose();

    // The tree's own key tells a command that is known. What this part added before it is taken back, so that the other
    // parts of the transaction go on without a savepoint for each.
    private bool TryAddCommands(AppendJob job, long chain)
    {
        for (var i = 0; i < job.Part.Entries.Length; i++)
        {
            var code = _insertKey
                .Bind(1, chain).Bind(2, job.CommandName(i)).Bind(3, _last.Value + 1 + i).BindNull(4).TryRun();
            if (code == raw.SQLITE_DONE)
            {
                continue;
            }

            if (code != raw.SQLITE_CONSTRAINT_PRIMARYKEY)
            {
                Connection.Check(code);
            }

            for (var added = 0; added < i; added++)
            {
                _deleteKey.Bind(1, chain).Bind(2, job.CommandName(added)).Run();
            }

            return false;
        }

        return true;
    }
}
