using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>Which database, and how much may wait for it.</summary>
public sealed record PostgresOptions
{
    /// <summary>The variable with the connection string of a node's role.</summary>
    public const string ConnectionVariable = "EXCHANGE_POSTGRES";

    /// <summary>The variable with the connection string of the owner, who may change the tables.</summary>
    public const string OwnerVariable = "EXCHANGE_POSTGRES_OWNER";

    /// <summary>What stands behind a variable's name where it names a file with the connection string.</summary>
    public const string FileSuffix = "_FILE";

    /// <summary>The connection string of a role that may add entries and not change them.</summary>
    public required string Connection { get; init; }

    /// <summary>
    /// The owner's connection string, with which the tables are brought up to date; without it tables that are not are
    /// refused.
    /// </summary>
    public string? OwnerConnection { get; init; }

    /// <summary>The node's own directory, outside the database: what it saw committed is remembered there.</summary>
    public required string Directory { get; init; }

    /// <summary>How many transactions are under way at once.</summary>
    public int Writers { get; init; } = 2;

    /// <summary>How many sessions read at once.</summary>
    public int ReadersMax { get; init; } = 16;

    /// <summary>How many entries one transaction has at most, where one part has not more.</summary>
    public int BatchEntriesMax { get; init; } = 2048;

    /// <summary>How many bytes one transaction has at most, where one part has not more.</summary>
    public long BatchSizeBytesMax { get; init; } = 16L * 1024 * 1024;

    /// <summary>How many parts may wait for a writer before callers are told to come back.</summary>
    public int WaitingPartsMax { get; init; } = 16 * 1024;

    /// <summary>How many bytes may wait for the writers before callers are told to come back.</summary>
    public long WaitingSizeBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>How long a caller waits for a session: for one of the pool's, or for a new one.</summary>
    public TimeSpan ConnectTimeMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the server may take for one statement.</summary>
    public TimeSpan StatementTimeMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a statement may wait for what another session holds.</summary>
    public TimeSpan LockTimeMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How much longer than the server's limit for a statement a commit may wait, where the server waits for a standby.
    /// </summary>
    public TimeSpan CommitPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether a server is accepted that does not keep what it acknowledges (fsync, full_page_writes or
    /// synchronous_commit switched off). For measurements only.
    /// </summary>
    public bool AcceptsForgetfulServer { get; init; }

    /// <summary>Tests break the session with the given process of the server here; nothing in a program.</summary>
    internal Action<CommitStep, int>? AtStep { get; init; }

    /// <summary>Reads the connections from the environment or the files that it names.</summary>
    /// <exception cref="StoreRefusedException">There is none for the node.</exception>
    public static PostgresOptions FromEnvironment(string directory) => new()
    {
        Connection = Find(ConnectionVariable) ?? throw new StoreRefusedException(
            $"Expected a connection string in {ConnectionVariable} or in the file named by "
            + $"{ConnectionVariable}{FileSuffix}, found none."),
        OwnerConnection = Find(OwnerVariable),
        Directory = directory,
    };

    /// <summary>The connection string for somebody who uses the database beside the store.</summary>
    /// <param name="name">Under which name the server lists its sessions.</param>
    /// <param name="sessionsMax">How many it may have.</param>
    public string ConnectionFor(string name, int sessionsMax) => new NpgsqlConnectionStringBuilder(Plain(Connection))
    {
        ApplicationName = name,
        SearchPath = PostgresMigrations.Schema,
        MaxPoolSize = sessionsMax,
        Timeout = (int)ConnectTimeMax.TotalSeconds,
        CommandTimeout = (int)StatementTimeMax.TotalSeconds,
    }.ConnectionString;

    /// <summary>
    /// A connection that asks for encryption by Kerberos only where it is told to: the driver would try it first each
    /// time, and complain where the machine has no library for it.
    /// </summary>
    internal static string Plain(string connection)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection);
        if (builder.GssEncryptionMode == GssEncryptionMode.Prefer)
        {
            builder.GssEncryptionMode = GssEncryptionMode.Disable;
        }

        return builder.ConnectionString;
    }

    /// <summary>Whether the environment names a connection for a node.</summary>
    public static bool IsInEnvironment() => Find(ConnectionVariable) is not null;

    private static string? Find(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } connection)
        {
            return connection;
        }

        if (Environment.GetEnvironmentVariable(variable + FileSuffix) is not { Length: > 0 } path)
        {
            return null;
        }

        try
        {
            return File.ReadAllText(path).Trim();
        }
        // Boundary: whatever keeps the file from being read is told to the operator in one form.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefusedException($"{variable}{FileSuffix} names a file without access: {fault.Message}");
        }
    }
}
