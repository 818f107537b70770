using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// Tells the server's errors apart by their codes and by the names of our constraints, and makes what the driver throws
/// the port's own exception.
/// </summary>
internal static class PostgresFaults
{
    /// <summary>What append_parts raises where a chain has another head.</summary>
    private const string HeadMoved = "EX001";

    /// <summary>What append_parts raises where a part is from before a moment that was read at.</summary>
    private const string TimePassed = "EX002";

    /// <summary>What append_parts raises where a chain that is cited has another head.</summary>
    private const string CitedMoved = "EX003";

    /// <summary>What append_parts raises where a part is from a clock that is ahead of the server's.</summary>
    private const string TimeAhead = "EX004";

    private static readonly string[] Conflicts = ["uq_chain_kind_key", "pk_chain", "pk_entry", "uq_entry_command"];

    // Classes of errors that say nothing about what was asked: connection, roles and rights, resources, limits, locks,
    // intervention, system, configuration, the server's own bugs and damage.
    private static readonly string[] Troubles = ["08", "28", "3D", "40", "53", "55", "57", "58", "F0", "XX"];
    private static readonly string[] TroublesByName =
        [PostgresErrorCodes.ReadOnlySqlTransaction, PostgresErrorCodes.InsufficientPrivilege];

    internal static StoreUnavailableException Unavailable(Exception fault) =>
        new("The database cannot be used.", fault);

    /// <summary>
    /// A session ended while a batch was sent: the driver sends on one thread and reads on another, and where the first
    /// finds the session gone it takes from under the other what that reads with.
    /// </summary>
    internal static NpgsqlException Broken(Exception fault) => new("The session ended while it was used.", fault);

    /// <summary>Whether the server does not know a statement that the driver believes it prepared there.</summary>
    internal static bool IsForgotten(NpgsqlException fault) =>
        fault is PostgresException { SqlState: PostgresErrorCodes.InvalidSqlStatementName };

    /// <summary>
    /// Whether the transaction is certainly undone: the server said so and the session goes on. A session that ends may
    /// end between its commit and the word of it.
    /// </summary>
    internal static bool IsUndone(NpgsqlException fault) =>
        fault is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>Whether another session was first: with a head, a command, or a name or number of a chain.</summary>
    internal static bool IsConflict(NpgsqlException fault) => fault is PostgresException server
        && (server.SqlState is HeadMoved or CitedMoved || (server.SqlState == PostgresErrorCodes.UniqueViolation
            && Array.Exists(Conflicts, name => IsOf(server.ConstraintName, name))));

    /// <summary>Whether a part was from before a moment that was read at, or from a clock that is ahead.</summary>
    internal static bool IsMistimed(NpgsqlException fault) =>
        fault is PostgresException { SqlState: TimePassed or TimeAhead };

    /// <summary>Whether a number of a chain was given twice.</summary>
    internal static bool IsNumberTaken(NpgsqlException fault) =>
        fault is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "pk_chain" };

    /// <summary>Whether the same may succeed at once: sessions were in each other's way.</summary>
    internal static bool IsPassing(NpgsqlException fault) => fault is PostgresException
    {
        SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.InvalidSqlStatementName,
    };

    /// <summary>Whether the outside world is broken; otherwise what was asked is.</summary>
    internal static bool IsTrouble(NpgsqlException fault) => fault is not PostgresException server
        || server.InvariantSeverity != "ERROR"
        || Array.Exists(Troubles, prefix => server.SqlState.StartsWith(prefix, StringComparison.Ordinal))
        || Array.Exists(TroublesByName, state => server.SqlState == state);

    /// <summary>Reads, where the database can be asked; once more where a session had ended unnoticed.</summary>
    /// <exception cref="StoreUnavailableException">It cannot.</exception>
    internal static ValueTask<T> Guarded<T>(Func<ValueTask<T>> work) => GuardedOnce(async () =>
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (NpgsqlException fault) when (IsTrouble(fault) && !IsUndone(fault)
            && fault.InnerException is not TimeoutException)
        {
            return await work().ConfigureAwait(false);
        }
    });

    /// <summary>Works, where the database can be asked.</summary>
    /// <exception cref="StoreUnavailableException">It cannot.</exception>
    internal static async ValueTask<T> GuardedOnce<T>(Func<ValueTask<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (NpgsqlException fault) when (IsTrouble(fault))
        {
            throw Unavailable(fault);
        }
        catch (TimeoutException fault)
        {
            // No connection of the pool became free in time.
            throw Unavailable(fault);
        }
    }

    // A part of a partitioned table has the table's name and its own number.
    private static bool IsOf(string? constraint, string name) =>
        constraint is not null && constraint.StartsWith(name, StringComparison.Ordinal)
        && (constraint.Length == name.Length || constraint.Length == name.Length + 3);
}
