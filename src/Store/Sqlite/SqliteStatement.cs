using System.Text;
using SQLitePCL;

namespace Exchange.Store.Sqlite;

/// <summary>
/// A prepared statement: bind, run or step, read, reset. Arguments and columns count from 1 and from 0.
/// </summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt statement) : IDisposable
{
    private const int TextSizeBytesMax = 256;

    internal SqliteStatement Bind(int argument, long value)
    {
        connection.Check(raw.sqlite3_bind_int64(statement, argument, value));
        return this;
    }

    internal SqliteStatement Bind(int argument, ReadOnlySpan<byte> blob)
    {
        connection.Check(blob.IsEmpty
            ? raw.sqlite3_bind_zeroblob(statement, argument, 0)
            : raw.sqlite3_bind_blob(statement, argument, blob));
        return this;
    }

    internal SqliteStatement BindText(int argument, string text)
    {
        if (text.Length is 0 or > TextSizeBytesMax / 3)
        {
            // An empty span has no address, which would bind null.
            connection.Check(raw.sqlite3_bind_text(statement, argument, text));
            return this;
        }

        Span<byte> utf8 = stackalloc byte[TextSizeBytesMax];
        connection.Check(raw.sqlite3_bind_text(statement, argument, utf8[..Encoding.UTF8.GetBytes(text, utf8)]));
        return this;
    }

    internal SqliteStatement BindNull(int argument)
    {
        connection.Check(raw.sqlite3_bind_null(statement, argument));
        return this;
    }

    internal SqliteStatement Bind(int argument, RowValue value) => value switch
    {
        { Text: { } text } => BindText(argument, text),
        { Number: { } number } => Bind(argument, number),
        _ => BindNull(argument),
    };

    /// <summary>Binds kind and key of a chain to two arguments.</summary>
    internal SqliteStatement Bind(int argument, ChainId chain) =>
        Bind(argument, (long)chain.Kind).BindText(argument + 1, chain.Key.Value);

    /// <summary>Runs a statement that answers nothing.</summary>
    internal void Run()
    {
        var code = TryRun();
        if (code != raw.SQLITE_DONE)
        {
            connection.Check(code);
        }
    }

    /// <summary>
    /// Runs a statement that answers nothing and returns SQLite's code, with the statement ready again.
    /// </summary>
    internal int TryRun()
    {
        var code = raw.sqlite3_step(statement);
        _ = raw.sqlite3_reset(statement);
        return code;
    }

    /// <summary>Goes to the next row. At the end, or when it fails, the statement is ready again.</summary>
    internal bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        _ = raw.sqlite3_reset(statement);
        connection.Check(code);
        return false;
    }

    /// <summary>Leaves the rows that are still to come.</summary>
    internal void Reset() => _ = raw.sqlite3_reset(statement);

    internal int ColumnCount => raw.sqlite3_column_count(statement);

    internal bool IsNumber(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_INTEGER;

    internal bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    internal long Number(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The bytes of a blob or text, valid until the next step.</summary>
    internal ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    internal string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    internal Digest Digest(int column) => new(Bytes(column));

    internal ChainId Chain(int column) => new((GrainKind)Number(column), GrainKey.Parse(Text(column + 1)));

    internal ChainHead Head(int column) => new(new(Number(column)), Digest(column + 1));

    public void Dispose() => statement.Dispose();
}
