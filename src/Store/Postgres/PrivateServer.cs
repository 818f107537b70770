using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// A PostgreSQL server of this process alone, with the server's own defaults for durability, page checksums and the
/// exchange's roles. It is reached through a socket in a directory that nobody else may enter, so that it needs
/// neither port nor password. It ends with its process. Not thread-safe.
/// </summary>
public sealed class PrivateServer : IDisposable
{
    public const string Owner = "exchange_owner";
    public const string Writer = "exchange_writer";
    public const string Reader = "exchange_reader";

    /// <summary>The role that may do everything; for tests that break things.</summary>
    public const string Superuser = "postgres";

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);

    private readonly PrivateServerOptions _options;
    private readonly bool _isTemporary;
    private ServerProcess? _process;

    private PrivateServer(PrivateServerOptions options, string directory, bool isTemporary)
    {
        _options = options;
        Directory = directory;
        _isTemporary = isTemporary;
    }

    /// <summary>Why no server can be started on this machine; nothing where it can.</summary>
    public static string? Obstacle => PostgresPrograms.Obstacle;

    /// <summary>Where the programs of PostgreSQL are: pgbench and others beside the server.</summary>
    public static string Programs => PostgresPrograms.Directory ?? throw new StoreRefusedException(Obstacle!);

    /// <summary>Everything of the server: its data, its socket and its log.</summary>
    public string Directory { get; }

    /// <summary>The directory of the socket: the host in a connection string.</summary>
    public string SocketDirectory => Path.Combine(Directory, "socket");

    public string DataDirectory => Path.Combine(Directory, "data");

    public string LogFile => Path.Combine(Directory, "server.log");

    /// <summary>The process of the server; nothing while it is stopped.</summary>
    public int? ProcessId => _process is { HasExited: false } ? _process.Id : null;

    /// <summary>Makes a server where the directory has none, starts it, and makes the roles in its database.</summary>
    /// <exception cref="StoreRefusedException">The programs are missing or the server does not start.</exception>
    public static PrivateServer Start(PrivateServerOptions? options = null)
    {
        var server = Prepare(options ?? new());
        try
        {
            if (!File.Exists(Path.Combine(server.DataDirectory, "PG_VERSION")))
            {
                _ = PostgresPrograms.Run(
                    "initdb",
                    [
                        "--pgdata", server.DataDirectory, "--username", Superuser, "--auth", "trust",
                        "--data-checksums", "--encoding", "UTF8", "--locale", "C",
                        .. server._options.IsForgetful ? ["--no-sync"] : Array.Empty<string>(),
                    ]);
            }

            server.Start();
            server.CreateDatabase(server._options.Database);
            (var started, server) = (server, null);
            return started;
        }
        finally
        {
            server?.Dispose();
        }
    }

    /// <summary>Starts a standby of another private server: a copy that follows it until promoted.</summary>
    public static PrivateServer StartStandby(PrivateServer primary, PrivateServerOptions? options = null)
    {
        var server = Prepare((options ?? new()) with { Database = primary._options.Database });
        try
        {
            _ = PostgresPrograms.Run(
                "pg_basebackup", "--pgdata", server.DataDirectory, "--host", primary.SocketDirectory,
                "--username", Superuser, "--write-recovery-conf", "--wal-method", "stream", "--checkpoint", "fast");
            server.Start();
            (var started, server) = (server, null);
            return started;
        }
        finally
        {
            server?.Dispose();
        }
    }

    /// <summary>A database with the exchange's roles; nothing changes where it is there already.</summary>
    public void CreateDatabase(string database)
    {
        using var maintenance = NpgsqlDataSource.Create(Connection(Superuser, "postgres"));
        using var find = maintenance.CreateCommand(SqlText.Postgres.Of("find_database"));
        find.Parameters.Add(new() { Value = database });
        if (find.ExecuteScalar() is null)
        {
            _ = PostgresPrograms.Run(
                "createdb", "--host", SocketDirectory, "--username", Superuser, "--template", "template0", database);
        }

        using var created = NpgsqlDataSource.Create(Connection(Superuser, database));
        using var roles = created.CreateCommand(SqlText.Roles);
        _ = roles.ExecuteNonQuery();
    }

    /// <summary>A connection string of a role.</summary>
    /// <param name="role">One of the roles above.</param>
    /// <param name="database">The options' database where none is named.</param>
    public string Connection(string role, string? database = null) => new NpgsqlConnectionStringBuilder
    {
        Host = SocketDirectory,
        Username = role,
        Database = database ?? _options.Database,
    }.ConnectionString;

    /// <summary>Starts the server again after it was stopped or killed, and returns when it can be asked.</summary>
    /// <param name="settings">Settings for this start alone, as <c>name=value</c>.</param>
    /// <exception cref="StoreRefusedException">It does not start.</exception>
    public void Start(params IEnumerable<string> settings)
    {
        IEnumerable<string> all =
        [
            "listen_addresses=", $"unix_socket_directories={SocketDirectory}",
            .. _options.IsForgetful ? ["fsync=off"] : Array.Empty<string>(),
            .. _options.Settings, .. settings,
        ];
        _process = ServerProcess.Start(PostgresPrograms.Command(
            "postgres", ["-D", DataDirectory, .. all.SelectMany(setting => new[] { "-c", setting })], LogFile));
        var waited = Stopwatch.StartNew();
        while (!IsReady())
        {
            if (_process.WaitForExit(Glance))
            {
                throw new StoreRefusedException($"The server ended while it started: {LogTail()}");
            }

            if (waited.Elapsed > StartMax)
            {
                Kill();
                throw new StoreRefusedException($"The server did not start within {StartMax}: {LogTail()}");
            }
        }
    }

    /// <summary>Ends the server cleanly; connections are broken off.</summary>
    public void Stop()
    {
        _process?.Signal(ServerProcess.FastShutdown);
        _ = _process?.WaitForExit(Timeout.InfiniteTimeSpan);
        _process = null;
    }

    /// <summary>Kills all processes of the server at one moment, as a crash of the machine's software would.</summary>
    public void Kill()
    {
        _process?.KillAll();
        _process = null;
    }

    /// <summary>Makes a standby the primary.</summary>
    public void Promote() => _ = PostgresPrograms.Run("pg_ctl", "promote", "--wait", "--pgdata", DataDirectory);

    /// <summary>Runs one of PostgreSQL's programs as the server's user and returns what it printed.</summary>
    /// <exception cref="StoreRefusedException">It failed; the message is its own.</exception>
    public static string Run(string program, params IEnumerable<string> arguments) =>
        PostgresPrograms.Run(program, arguments);

    public void Dispose()
    {
        Stop();
        if (_isTemporary)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    private static PrivateServer Prepare(PrivateServerOptions options)
    {
        if (Obstacle is { } obstacle)
        {
            throw new StoreRefusedException(obstacle);
        }

        var isTemporary = options.Directory is null;
        var directory = options.Directory ?? System.IO.Directory.CreateTempSubdirectory("exchange-pg-").FullName;
        var server = new PrivateServer(options, Path.GetFullPath(directory), isTemporary);
        foreach (var path in new[] { server.Directory, server.DataDirectory, server.SocketDirectory })
        {
            PrivateFiles.CreateDirectory(path);
            PostgresPrograms.GiveToServer(path);
        }

        return server;
    }

    private bool IsReady()
    {
        // The eighth line of this file is the server's own word; it is there before anybody may connect. A server that
        // only recovers and takes nobody meanwhile calls itself a standby, one that answers as such is ready.
        var lines = ReadStanding().Split('\n');
        return lines.Length >= 8
            && lines[0] == _process!.Id.ToString(CultureInfo.InvariantCulture)
            && lines[7].Trim() == "ready";
    }

    // A server that was killed left the file, and the next one removes it before it writes its own: at any moment.
    private string ReadStanding()
    {
        try
        {
            return File.ReadAllText(Path.Combine(DataDirectory, "postmaster.pid"));
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }

    private string LogTail()
    {
        const int Lines = 5;
        return File.Exists(LogFile) ? string.Join(" | ", File.ReadLines(LogFile).TakeLast(Lines)) : "it wrote no log";
    }
}
