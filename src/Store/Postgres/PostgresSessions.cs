using System.Data;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>
/// The sessions of a node, each checked when it is made: its server must be the primary, keep what it acknowledges, be
/// the one that was used before, and have everything that this node saw committed. Thread-safe.
/// </summary>
internal sealed class PostgresSessions : IDisposable
{
    private const int WriterStatementsMax = 256;

    // One for a node that looks at itself, one for whoever asks it.
    private const int AskingMax = 2;

    private readonly PostgresOptions _options;
    private readonly Watermark _watermark;
    private readonly WriteTroubles _troubles;
    private readonly ILogger _log;
    private readonly HashSet<string> _told = [];
    private readonly NpgsqlDataSource _writers;
    private volatile ServerRefusal? _refusal;

    internal PostgresSessions(PostgresOptions options, Watermark watermark, WriteTroubles troubles, ILogger log)
    {
        _options = options;
        _watermark = watermark;
        _troubles = troubles;
        _log = log;

        // Arrays have any length, and a plan that is made for one must serve all: each row is found by its key, in the
        // order given, which is also the order in which sessions wait for each other.
        _writers = Source(
            options.Writers, WriterStatementsMax,
            "-c plan_cache_mode=force_generic_plan -c enable_hashjoin=off -c enable_mergejoin=off "
            + "-c enable_bitmapscan=off -c work_mem=64MB -c jit=off");

        // A statement that the driver prepared by itself was found missing on the server when sessions go from hand to
        // hand; a writer keeps its session and prepares anew, a reader has nobody to do so.
        // Compiling a plan costs more than the page that it reads, and the server would do so for each anew.
        Shared = Source(options.ReadersMax, preparedMax: 0, "-c work_mem=16MB -c jit=off");
        Asking = Source(AskingMax, preparedMax: 0, "-c jit=off");
    }

    /// <summary>The sessions that read, and that write what belongs to no chain.</summary>
    internal NpgsqlDataSource Shared { get; }

    /// <summary>
    /// The sessions that ask how the server is: where all others hang, the answer is not that nobody answers.
    /// </summary>
    internal NpgsqlDataSource Asking { get; }

    /// <summary>Why the last session that was made is not used; nothing where it is.</summary>
    internal ServerRefusal? Refusal => _refusal;

    /// <summary>The server of the last session that was made.</summary>
    internal ServerIdentity? Server => _watermark.Server;

    /// <summary>A session of a writer's own.</summary>
    /// <exception cref="StoreUnavailableException">There is none, or the server must not be used.</exception>
    internal NpgsqlConnection OpenWriter()
    {
        try
        {
            return _writers.OpenConnection();
        }
        catch (NpgsqlException fault)
        {
            throw PostgresFaults.Unavailable(fault);
        }
        catch (TimeoutException fault)
        {
            throw PostgresFaults.Unavailable(fault);
        }
    }

    /// <summary>Runs a batch as one transaction, durably.</summary>
    /// <exception cref="StoreUnavailableException">It may or may not have been stored.</exception>
    internal ValueTask WriteAsync(Action<NpgsqlBatch> fill, CancellationToken cancellationToken) =>
        WriteAsync(fill, reader => Task.CompletedTask, cancellationToken);

    /// <summary>Runs a batch as one transaction, durably, and reads what its last statement answers.</summary>
    /// <exception cref="StoreUnavailableException">It may or may not have been stored.</exception>
    internal async ValueTask WriteAsync(
        Action<NpgsqlBatch> fill, Func<NpgsqlDataReader, Task> read, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(fill, read, cancellationToken);
            _ = _troubles.Recovered(_troubles.Others);
        }
        catch (StoreUnavailableException fault)
        {
            var isUndone = fault.InnerException is NpgsqlException server && PostgresFaults.IsUndone(server);
            _troubles.Failed(_troubles.Others, fault, isConnected: isUndone);
            throw;
        }
    }

    public void Dispose()
    {
        _writers.Dispose();
        Shared.Dispose();
        Asking.Dispose();
    }

    private async ValueTask RunAsync(
        Action<NpgsqlBatch> fill, Func<NpgsqlDataReader, Task> read, CancellationToken cancellationToken) =>
        _ = await PostgresFaults.GuardedOnce(async () =>
        {
            await using var connection = await Shared.OpenConnectionAsync(cancellationToken);
            await using var batch = connection.CreateBatch();
            fill(batch);
            _options.AtStep?.Invoke(CommitStep.BeforeCommit, connection.ProcessID);
            try
            {
                await RunAsync(batch, read, cancellationToken);
            }
            // Boundary: the driver, which sends and reads at once, may trip over its own end of a session.
            catch (Exception fault) when (fault is not (NpgsqlException or OperationCanceledException)
                && connection.State != ConnectionState.Open)
            {
                throw PostgresFaults.Broken(fault);
            }

            _options.AtStep?.Invoke(CommitStep.AfterCommit, connection.ProcessID);
            return true;
        });

    private static async Task RunAsync(
        NpgsqlBatch batch, Func<NpgsqlDataReader, Task> read, CancellationToken cancellationToken)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        for (var statement = 1; statement < batch.BatchCommands.Count; statement++)
        {
            _ = await reader.NextResultAsync(cancellationToken);
        }

        // A batch without a transaction of its own is one; its end comes behind the last answer.
        await read(reader);
        while (await reader.NextResultAsync(cancellationToken))
        {
        }
    }

    private static string Milliseconds(TimeSpan time) =>
        ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private NpgsqlDataSource Source(int sizeMax, int preparedMax, string settings)
    {
        var builder = new NpgsqlDataSourceBuilder(PostgresOptions.Plain(_options.Connection));
        var connection = builder.ConnectionStringBuilder;
        connection.ApplicationName ??= "exchange";
        connection.Options = string.Join(
            ' ', connection.Options, $"-c search_path={PostgresMigrations.Schema}",
            $"-c statement_timeout={Milliseconds(_options.StatementTimeMax)}",
            $"-c lock_timeout={Milliseconds(_options.LockTimeMax)}",
            $"-c idle_in_transaction_session_timeout={Milliseconds(_options.StatementTimeMax)}", settings).Trim();
        connection.MaxPoolSize = sizeMax;
        connection.MaxAutoPrepare = preparedMax;
        connection.AutoPrepareMinUsages = 2;

        // The server's own limit must be the one that ends a statement, because only then its outcome is known.
        connection.CommandTimeout = (int)(_options.StatementTimeMax + _options.CommitPatience).TotalSeconds;

        // A commit that waits for a standby and is cancelled is reported as done, without the standby: no answer is
        // waited for, so that it counts as unknown.
        connection.CancellationTimeout = -1;
        connection.Timeout = (int)_options.ConnectTimeMax.TotalSeconds;

        // Nothing is left behind in a session, and the word for it would cost a statement each time.
        connection.NoResetOnClose = true;
        connection.Enlist = false;
        _ = builder.UsePhysicalConnectionInitializer(Check, CheckAsync);
        return builder.Build();
    }

    private void Check(NpgsqlConnection connection)
    {
        using (var command = Ask(connection))
        using (var reader = command.ExecuteReader())
        {
            _ = reader.Read();
            Judge(reader);
        }

        using var settle = new NpgsqlCommand(SqlText.Postgres.Of("settle_base"), connection);
        _ = settle.ExecuteNonQuery();
        Use();
    }

    private async Task CheckAsync(NpgsqlConnection connection)
    {
        await using (var command = Ask(connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            _ = await reader.ReadAsync();
            Judge(reader);
        }

        await using var settle = new NpgsqlCommand(SqlText.Postgres.Of("settle_base"), connection);
        _ = await settle.ExecuteNonQueryAsync();
        Use();
    }

    private NpgsqlCommand Ask(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(SqlText.Postgres.Of("check_server"), connection);
        var (entries, secrets) = _watermark.Seen;
        _ = command.Parameters.Add(PartPicks.Array(
            [.. entries.Select(entry => entry.Position.Value)], NpgsqlDbType.Bigint));
        _ = command.Parameters.Add(PartPicks.Array(
            [.. entries.Select(entry => entry.Body.ToArray())], NpgsqlDbType.Bytea));
        _ = command.Parameters.Add(PartPicks.Array([.. secrets.Select(secret => secret.Name)], NpgsqlDbType.Text));
        _ = command.Parameters.Add(PartPicks.Array(
            [.. secrets.Select(secret => secret.Wrapped.ToArray())], NpgsqlDbType.Bytea));
        return command;
    }

    private void Judge(NpgsqlDataReader reader)
    {
        var server = new ServerIdentity(reader.GetInt64(2), reader.GetString(3));
        var refusal = reader.GetBoolean(0)
                ? new(StoreRefusal.ReadOnly, "The server is a standby: it only follows another one.")
            : !reader.GetBoolean(1) && !_options.AcceptsForgetfulServer
                ? new(
                    Kind: null,
                    "The server does not keep what it acknowledges: fsync, full_page_writes or synchronous_commit is "
                    + "off.")
            : _watermark.ReasonToRefuse(server, missing: reader.GetInt64(4));
        if (refusal is not null)
        {
            Refuse(refusal);
            throw new StoreUnavailableException(refusal.Text, inner: null);
        }

        _watermark.Meet(server);
    }

    // Each reason once, until a server is used again: with several hosts each attempt may meet all of them.
    private void Refuse(ServerRefusal refusal)
    {
        lock (_told)
        {
            _refusal = refusal;
            if (_told.Add(refusal.Text))
            {
                Log.ServerRefused(_log, refusal.Text);
            }
        }
    }

    private void Use()
    {
        lock (_told)
        {
            _refusal = null;
            _told.Clear();
        }
    }
}
