namespace Exchange.Store.Sqlite;

/// <summary>Where and how large.</summary>
public sealed record SqliteOptions
{
    /// <summary>The file's name within the data directory.</summary>
    public const string FileName = "exchange.db";

    /// <summary>The data directory; made when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>How many parts may wait for the writer before callers are told to come back.</summary>
    public int WaitingPartsMax { get; init; } = 16 * 1024;

    /// <summary>
    /// How many bytes of entries and rows may wait for the writer before callers are told to come back.
    /// </summary>
    public long WaitingSizeBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// The greatest size of the database in pages of 4 KiB; beyond it the store says that the disk is full.
    /// </summary>
    public long? PagesMax { get; init; }

    /// <summary>Tests break the writer here; nothing in a program.</summary>
    internal Action<CommitStep>? AtStep { get; init; }

    internal string Path => System.IO.Path.Combine(Directory, FileName);
}
