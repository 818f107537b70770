using System.Data;
using Npgsql;
using static Exchange.Store.Postgres.Contents.ContentCommands;

namespace Exchange.Store.Postgres.Contents;

/// <summary>
/// The run that drafts belong to: a number whose advisory lock a connection of its own holds. The lock ends with the
/// process, the machine or the connection; drafts are begun through that connection, so that none is begun without.
/// </summary>
internal sealed class ContentRun(NpgsqlDataSource source) : IDisposable
{
    /// <summary>The class of the locks of runs, apart from other advisory locks.</summary>
    internal const int LockClass = 0x636f6e74;

    private readonly SemaphoreSlim _gate = new(1);
    private NpgsqlConnection? _connection;
    private int _run;

    /// <summary>Begins a draft: its holder, and the run that it belongs to.</summary>
    internal async Task<(long Holder, int Run)> BeginDraftAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_connection is { State: ConnectionState.Open })
            {
                try
                {
                    return await InsertAsync(_connection, cancellationToken).ConfigureAwait(false);
                }
                catch (NpgsqlException fault) when (fault is not PostgresException { InvariantSeverity: "ERROR" })
                {
                    // The connection and its lock are gone; the next run is another one.
                    _connection.Dispose();
                }
            }

            Close();
            _connection = await TakeRunAsync(cancellationToken).ConfigureAwait(false);
            return await InsertAsync(_connection, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ = _gate.Release();
        }
    }

    public void Dispose()
    {
        Close();
        _gate.Dispose();
    }

    private async Task<NpgsqlConnection> TakeRunAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            int? run;
            do
            {
                run = await ScalarAsync(connection, Statement("take_run", Of(LockClass)), cancellationToken)
                    .ConfigureAwait(false) as int?;
            }
            while (run is null or 0);
            _run = run.Value;
            (var opened, connection) = (connection, null);
            return opened;
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<(long Holder, int Run)> InsertAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var holder = await ScalarAsync(connection, Statement("begin_draft", Of(_run)), cancellationToken)
            .ConfigureAwait(false);
        return ((long)holder!, _run);
    }

    private static async Task<object?> ScalarAsync(
        NpgsqlConnection connection, NpgsqlBatchCommand statement, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection) { BatchCommands = { statement } };
        await using (batch.ConfigureAwait(false))
        {
            return await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Close()
    {
        if (_connection is null)
        {
            return;
        }

        try
        {
            if (_connection.State == ConnectionState.Open)
            {
                // The pool gives the connection to somebody else as it is.
                using var unlock = new NpgsqlBatch(_connection) { BatchCommands = { Statement("end_run") } };
                _ = unlock.ExecuteNonQuery();
            }
        }
        catch (NpgsqlException)
        {
            // The session is gone, and its lock with it.
        }
        finally
        {
            _connection.Dispose();
            _connection = null;
        }
    }
}
