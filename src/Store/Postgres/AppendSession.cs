using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>
/// A writer's session: gives chains their numbers and writes parts in one transaction. Heads are never trusted from
/// memory; the database compares them. Not thread-safe.
/// </summary>
internal sealed class AppendSession : IDisposable
{
    private const int BlockSize = 1024;

    private readonly NpgsqlConnection _connection;
    private readonly ChainNumbers _numbers;
    private readonly Action<CommitStep, int>? _atStep;
    private readonly NpgsqlBatch _batch;
    private readonly PartPicks _picks;
    private readonly AppendArrays _arrays = new();
    private readonly PostgresRowWrites _rows = new();
    private readonly List<PostgresAppend> _unnumbered = [];
    private readonly HashSet<ChainWithHead> _cited = [];
    private long _nextNumber;
    private int _numbersLeft;

    internal AppendSession(NpgsqlConnection connection, ChainNumbers numbers, Action<CommitStep, int>? atStep)
    {
        _connection = connection;
        _numbers = numbers;
        _atStep = atStep;
        _batch = connection.CreateBatch();
        _picks = new(connection);
    }

    /// <summary>Whether the server may have been told to commit what nobody knows the outcome of.</summary>
    internal bool IsCommitting { get; private set; }

    /// <summary>
    /// Whether it can be used again; the driver ends a session itself where the server's disk is full.
    /// </summary>
    internal bool IsOpen => _connection.State == System.Data.ConnectionState.Open;

    /// <summary>Stores all parts without an outcome, or none with an exception.</summary>
    /// <returns>The last entry; nothing where no part was stored.</returns>
    internal SeenEntry? Append(List<PostgresAppend> jobs)
    {
        Number(jobs);
        Sort(jobs);
        Fill(jobs, job => _arrays.Add(job));
        Cite(jobs);
        if (_arrays.IsEmpty)
        {
            return null;
        }

        // A batch without a transaction of its own is one: it commits behind its last statement.
        _atStep?.Invoke(CommitStep.BeforeCommit, _connection.ProcessID);
        IsCommitting = true;
        var last = RunBatch();
        _atStep?.Invoke(CommitStep.AfterCommit, _connection.ProcessID);
        Stored(jobs);
        return last;
    }

    /// <summary>
    /// Stores the parts that can be, and says of the others why not: after a conflict, in a transaction that first
    /// picks the parts and holds their heads.
    /// </summary>
    internal SeenEntry? AppendCarefully(List<PostgresAppend> jobs)
    {
        Number(jobs);
        Sort(jobs);
        using var transaction = _connection.BeginTransaction();
        _picks.RefuseMoved(jobs, NumberCited(jobs));
        var picked = _picks.PickHeads(jobs);
        foreach (var job in jobs)
        {
            if (job.Outcome is null && !picked.Contains(job.Number))
            {
                job.Outcome = AppendOutcome.HeadMoved;
            }
        }

        _picks.RefuseKnown(jobs);

        // New chains stand in the transaction already; what is left out of them must not stay.
        Fill(jobs, job =>
        {
            if (job.IsNew)
            {
                _arrays.AddEntries(job);
            }
            else
            {
                _arrays.Add(job);
            }
        });
        Cite(jobs);
        if (_arrays.IsEmpty)
        {
            transaction.Rollback();
            return null;
        }

        var last = RunBatch();
        _atStep?.Invoke(CommitStep.BeforeCommit, _connection.ProcessID);
        IsCommitting = true;
        transaction.Commit();
        _atStep?.Invoke(CommitStep.AfterCommit, _connection.ProcessID);
        Stored(jobs);
        return last;
    }

    /// <summary>The server undid the transaction: what was relied on wrongly is forgotten.</summary>
    internal void Undone(NpgsqlException fault)
    {
        IsCommitting = false;
        if (PostgresFaults.IsNumberTaken(fault))
        {
            // Numbers that another session used are not offered again.
            _numbersLeft = 0;
        }

        if (PostgresFaults.IsForgotten(fault))
        {
            // Driver and server agree again on what is prepared: nothing.
            _connection.UnprepareAll();
        }
    }

    /// <summary>
    /// After a refusal for their time: tells the parts that are from before the floor, and those from a clock that is
    /// ahead.
    /// </summary>
    /// <returns>By how many milliseconds the latest is too late; nothing where none is.</returns>
    internal long? RefuseMistimed(List<PostgresAppend> jobs)
    {
        using var command = new NpgsqlCommand(SqlText.Postgres.Of("read_time_bounds"), _connection);
        using var reader = command.ExecuteReader();
        _ = reader.Read();
        var (floor, latest) = (reader.GetInt64(0), reader.GetInt64(1));
        long? tooLate = null;
        foreach (var job in jobs.Where(job => job.Outcome is null))
        {
            var newest = job.Part.Entries.Max(entry => entry.RecordedAt.Value);
            if (newest > latest)
            {
                job.Outcome = AppendOutcome.TimeAhead;
                tooLate = Math.Max(tooLate ?? 0, newest - latest);
            }
            else if (job.Part.Entries.Any(entry => entry.RecordedAt.Value < floor))
            {
                job.Outcome = AppendOutcome.TimePassed;
            }
        }

        return tooLate;
    }

    public void Dispose()
    {
        _batch.Dispose();
        _connection.Dispose();
    }

    private static void Sort(List<PostgresAppend> jobs) =>
        CollectionsMarshal.AsSpan(jobs).Sort(static (left, right) => left.Number.CompareTo(right.Number));

    private void Number(List<PostgresAppend> jobs)
    {
        _unnumbered.Clear();
        foreach (var job in jobs)
        {
            if (job.Outcome is not null)
            {
                continue;
            }

            var known = _numbers.Find(job.Part.Chain);
            if (job.IsNew)
            {
                // A chain that is known has entries, so that nothing can begin it any more. Whoever still finds none
                // gets the server's own word the next time.
                job.Outcome = known is null ? null : AppendOutcome.HeadMoved;
                job.Number = known ?? NextNumber();
                if (known is not null)
                {
                    _numbers.Forget(job.Part.Chain);
                }
            }
            else if (known is { } number)
            {
                job.Number = number;
            }
            else
            {
                _unnumbered.Add(job);
            }
        }

        if (_unnumbered.Count > 0)
        {
            FindNumbers();
        }
    }

    private long NextNumber()
    {
        if (_numbersLeft == 0)
        {
            using var command = new NpgsqlCommand(SqlText.Postgres.Of("next_chains"), _connection);
            _nextNumber = (long)command.ExecuteScalar()!;
            _numbersLeft = BlockSize;
        }

        _numbersLeft--;
        return _nextNumber++;
    }

    // The heads that the parts rest on: few, because many parts rest on the same.
    private void Cite(List<PostgresAppend> jobs)
    {
        foreach (var (cited, number) in NumberCited(jobs))
        {
            _arrays.AddCited(number, cited.Head);
        }
    }

    private List<(ChainWithHead Cited, long Number)> NumberCited(List<PostgresAppend> jobs)
    {
        _cited.Clear();
        foreach (var job in jobs)
        {
            if (job.Outcome is null)
            {
                _cited.UnionWith(job.Part.Cited);
            }
        }

        // Whoever cites a head has read it here, so that its number was known; where it is forgotten, no chain has the
        // number that stands for it, and the head is asked for.
        return [.. _cited.Select(cited => (cited, _numbers.Find(cited.Chain) ?? 0))];
    }

    private void FindNumbers()
    {
        using var command = new NpgsqlCommand(SqlText.Postgres.Of("find_chains"), _connection);
        _ = command.Parameters.Add(PartPicks.Array(
            [.. _unnumbered.Select(job => (short)job.Part.Chain.Kind)], NpgsqlDbType.Smallint));
        _ = command.Parameters.Add(PartPicks.Array(
            [.. _unnumbered.Select(job => job.Part.Chain.Key.Value)], NpgsqlDbType.Text));
        foreach (var job in _unnumbered)
        {
            job.Outcome = AppendOutcome.HeadMoved;
        }

        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var job = _unnumbered[(int)reader.GetInt64(0) - 1];
            job.Number = reader.GetInt64(1);
            job.Outcome = null;
            _numbers.Add(job.Part.Chain, job.Number);
        }
    }

    private void Fill(List<PostgresAppend> jobs, Action<PostgresAppend> add)
    {
        _arrays.Clear();
        foreach (var job in jobs)
        {
            if (job.Outcome is null)
            {
                add(job);
            }
        }
    }

    private SeenEntry RunBatch()
    {
        _batch.BatchCommands.Clear();
        _batch.BatchCommands.Add(_arrays.Command);
        _rows.AddTo(_batch, _arrays.Rows);
        try
        {
            using var reader = _batch.ExecuteReader();
            _ = reader.Read();
            var last = reader.GetInt64(0);
            while (reader.NextResult())
            {
                // Each of the others writes rows and answers nothing.
            }

            return SeenEntry.Of(new(last), _arrays.LastBody);
        }
        // Boundary: the driver, which sends and reads at once, may trip over its own end of a session.
        catch (Exception fault) when (fault is not NpgsqlException && !IsOpen)
        {
            throw PostgresFaults.Broken(fault);
        }
    }

    private void Stored(List<PostgresAppend> jobs)
    {
        IsCommitting = false;
        _rows.Stored();
        foreach (var job in jobs)
        {
            if (job.Outcome is null)
            {
                job.Outcome = AppendOutcome.Stored;
                if (job.IsNew)
                {
                    _numbers.Add(job.Part.Chain, job.Number);
                }
            }
        }

        _arrays.Clear();
    }
}
