using System.Text;
using SQLitePCL;

namespace Exchange.Store.Sqlite;

/// <summary>
/// One connection with its prepared statements, used by one thread at a time. Calls SQLite directly: statements are
/// bound and read without an object for each command, parameter and value.
/// </summary>
internal sealed class SqliteConnection : IDisposable
{
    // SQLITE_DBSTATUS_CACHE_WRITE.
    private const int CacheWrites = 9;

    private readonly sqlite3 _database;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    static SqliteConnection() => Batteries_V2.Init();

    private SqliteConnection(sqlite3 database) => _database = database;

    /// <summary>Whether no transaction is open.</summary>
    internal bool IsIdle => raw.sqlite3_get_autocommit(_database) != 0;

    internal static SqliteConnection Open(string path, bool mayCreate)
    {
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (mayCreate ? raw.SQLITE_OPEN_CREATE : 0);
        var code = raw.sqlite3_open_v2(path, out var database, flags, vfs: null);
        if (code != raw.SQLITE_OK)
        {
            using (database)
            {
                throw new SqliteFault(code, $"{path}: {raw.sqlite3_errstr(code).utf8_to_string()}");
            }
        }

        _ = raw.sqlite3_extended_result_codes(database, 1);
        return new(database);
    }

    /// <summary>A statement of a file, prepared at its first use and kept.</summary>
    internal SqliteStatement Statement(string name)
    {
        if (!_statements.TryGetValue(name, out var statement))
        {
            var code = raw.sqlite3_prepare_v3(
                _database, SqlText.Sqlite.Of(name), raw.SQLITE_PREPARE_PERSISTENT, out var prepared);
            Check(code);
            statement = new(this, prepared);
            _statements.Add(name, statement);
        }

        return statement;
    }

    /// <summary>Runs a file's one statement without arguments.</summary>
    internal void Run(string name) => Statement(name).Run();

    /// <summary>Runs a text of several statements; rows are left unread.</summary>
    internal void RunScript(string text)
    {
        var rest = Encoding.UTF8.GetBytes(text).AsSpan();
        ReadOnlySpan<byte> tail = rest;
        while (!tail.IsEmpty)
        {
            Check(raw.sqlite3_prepare_v3(_database, tail, 0, out var prepared, out tail));
            if (prepared.IsInvalid)
            {
                break;
            }

            using var statement = new SqliteStatement(this, prepared);
            while (statement.Step())
            {
                // What a pragma answers is not asked for.
            }
        }
    }

    /// <summary>The one number that a statement answers; 0 for null or no row.</summary>
    internal long ReadNumberOrZero(string name)
    {
        var statement = Statement(name);
        if (!statement.Step())
        {
            return 0;
        }

        var number = statement.Number(0);
        statement.Reset();
        return number;
    }

    /// <summary>How many pages this connection has written since it was opened.</summary>
    internal long PagesWritten
    {
        get
        {
            Check(raw.sqlite3_db_status(_database, CacheWrites, out var pages, out _, resetFlg: 0));
            return pages;
        }
    }

    /// <summary>Ends a transaction that did not commit; SQLite has ended some of them itself.</summary>
    internal void RollBack()
    {
        if (!IsIdle)
        {
            Run("rollback");
        }
    }

    /// <summary>
    /// Moves what is committed from the log into the database as far as readers allow, without waiting.
    /// </summary>
    internal void Checkpoint(int mode) =>
        Check(raw.sqlite3_wal_checkpoint_v2(_database, "main", mode, out _, out _));

    internal void LimitPages(long pagesMax)
    {
        using var statement = new SqliteStatement(
            this, PrepareLimit(pagesMax.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        _ = statement.Step();
    }

    internal void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw new SqliteFault(code, raw.sqlite3_errmsg(_database).utf8_to_string());
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _database.Dispose();
    }

    // A pragma takes no parameters; a number is the only thing that is ever put behind it.
    private sqlite3_stmt PrepareLimit(string number)
    {
        Check(raw.sqlite3_prepare_v3(_database, SqlText.Sqlite.Of("limit_pages") + number, 0, out var prepared));
        return prepared;
    }
}
