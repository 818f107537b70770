using SQLitePCL;

namespace Exchange.Store.Sqlite;

/// <summary>A call to SQLite that failed, with its extended result code.</summary>
internal sealed class SqliteFault(int code, string message) : Exception($"SQLite answered {code}: {message}")
{
    private const int PrimaryMask = 0xff;

    /// <summary>The extended result code.</summary>
    internal int Code => code;

    /// <summary>The result code without its extension.</summary>
    internal int Primary => code & PrimaryMask;

    /// <summary>A rule of the tables was broken: one statement's fault, the connection goes on.</summary>
    internal bool IsConstraint => Primary is raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG;

    /// <summary>
    /// The transaction was certainly not stored and a later one may succeed. A full disk belongs here: it is reported
    /// by the write of a page, so the frame that would commit was never written; space that turns out to be missing
    /// only at the sync is an input/output error, whose outcome nobody knows.
    /// </summary>
    internal bool IsCertainlyNotStored => Primary is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED;
}
