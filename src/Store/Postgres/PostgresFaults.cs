using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>Makes what the driver throws the port's own exception.</summary>
internal static class PostgresFaults
{
    internal static StoreUnavailableException Unavailable(Exception fault) =>
        new("The database cannot be used.", fault);

    /// <summary>Reads, where the database can be asked.</summary>
    /// <exception cref="StoreUnavailableException">It cannot.</exception>
    internal static async ValueTask<T> Guarded<T>(Func<ValueTask<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (NpgsqlException fault)
        {
            throw Unavailable(fault);
        }
        catch (TimeoutException fault)
        {
            // No connection of the pool became free in time.
            throw Unavailable(fault);
        }
    }

    /// <summary>Works, where the database can be asked.</summary>
    /// <exception cref="StoreUnavailableException">It cannot.</exception>
    internal static ValueTask<T> GuardedOnce<T>(Func<ValueTask<T>> work) => Guarded(work);
}
