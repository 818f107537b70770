using System.Collections.Concurrent;

namespace Exchange.Store.Sqlite;

/// <summary>
/// Connections that only read, each seeing what was committed when its transaction began. Faults of SQLite become the
/// port's exception here and nowhere else.
/// </summary>
internal sealed class ReaderPool(string path, Func<Exception?> reasonToRefuse) : IDisposable
{
    private const int IdleMax = 16;

    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private volatile bool _disposed;

    /// <summary>Reads within one transaction: all of one moment, begun after the call.</summary>
    internal T Read<T>(Func<SqliteConnection, T> read)
    {
        Refuse();
        SqliteConnection? connection = null;
        try
        {
            connection = Rent();
            connection.Run("begin_read");
            var answer = read(connection);
            connection.Run("commit");
            GiveBack(ref connection);
            return answer;
        }
        catch (SqliteFault fault)
        {
            throw new StoreUnavailableException("The store cannot be read.", fault);
        }
        finally
        {
            // A connection that broke off is not used again.
            connection?.Dispose();
        }
    }

    /// <summary>Reads one by one within one transaction that stays open as long as the caller enumerates.</summary>
    internal IEnumerable<T> Stream<T>(Func<SqliteConnection, IEnumerable<T>> read)
    {
        Refuse();
        using var connection = Guard(Rent);
        using var items = Guard(() =>
        {
            connection.Run("begin_read");
            return read(connection).GetEnumerator();
        });
        while (Guard(items.MoveNext))
        {
            yield return items.Current;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteFault fault)
        {
            throw new StoreUnavailableException("The store cannot be read.", fault);
        }
    }

    private void Refuse()
    {
        if (_disposed || reasonToRefuse() is not null)
        {
            throw new StoreUnavailableException("The store is closed or has failed.", reasonToRefuse());
        }
    }

    private SqliteConnection Rent()
    {
        if (_idle.TryTake(out var idle))
        {
            return idle;
        }

        var connection = SqliteConnection.Open(path, mayCreate: false);
        try
        {
            connection.RunScript(SqlText.Sqlite.Of("configure_reader"));
            (var opened, connection) = (connection, null);
            return opened;
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private void GiveBack(ref SqliteConnection? connection)
    {
        if (!_disposed && _idle.Count < IdleMax)
        {
            _idle.Add(connection!);
            connection = null;
        }
    }
}
