namespace Exchange.Benchmarks.Layouts;

// family: what is compared

/// <summary>How the entries of a commit reach the server.</summary>
internal enum WritePath
{
    /// <summary>Set-based statements in one round trip, without begin and commit of their own.</summary>
    Statements = 1,

    /// <summary>The same; arrays are taken apart in the list of results, without a table in between.</summary>
    Streamed = 6,

    /// <summary>One call of a function with all arrays.</summary>
    Function = 2,

    /// <summary>One statement that does everything.</summary>
    Together = 3,

    /// <summary>The entries by binary COPY, between two batches of statements.</summary>
    Copy = 4,

    /// <summary>The entries packed into values, and narrow rows that point into them.</summary>
    Segments = 5,
}

/// <summary>What a consent's row in the projection consists of.</summary>
internal enum RowForm
{
    None = 0,

    /// <summary>Text keys and the whole consent.</summary>
    Whole = 1,

    /// <summary>Text keys; the terms, which most consents share, are named by 16 bytes.</summary>
    Narrow = 2,

    /// <summary>The same with numbers of chains instead of their names.</summary>
    Numbered = 3,

    /// <summary>As narrow, with the keys packed into 18 bytes and a number for the dataset.</summary>
    Packed = 4,
}

/// <summary>A prototype: tables that are made by statements, and how they are written.</summary>
/// <param name="SegmentEntries">How many entries share a value; only with segments.</param>
internal sealed record Layout(
    string Name, WritePath Path, RowForm Rows, ImmutableArray<string> Setup, int SegmentEntries = int.MaxValue)
{
    private static readonly ImmutableArray<string> Partitioned =
        ["chain.create", "entry.create", "entry.partitions"];

    internal static ImmutableArray<Layout> All { get; } =
    [
        new("rows-statements", WritePath.Statements, RowForm.Whole, Usual("entry.index_position")),
        new("rows-streamed", WritePath.Streamed, RowForm.Whole, Usual("entry.index_position")),
        new("rows-function", WritePath.Function, RowForm.Whole,
            [.. Usual("entry.index_position"), "whole.create_function"]),
        new("rows-together", WritePath.Together, RowForm.Whole, Usual("entry.index_position")),
        new("rows-copy", WritePath.Copy, RowForm.Whole, Usual("entry.index_position")),
        new("rows-copy-one-table", WritePath.Copy, RowForm.Whole,
            ["chain.create", "entry.create_flat", "entry.index_position", "consent.create"]),
        new("rows-copy-bytea-names", WritePath.Copy, RowForm.Whole,
            ["chain.create", "entry.create_bytes", "entry.partitions", "entry.index_position", "consent.create"]),
        new("rows-copy-brin", WritePath.Copy, RowForm.Whole, Usual("entry.index_position_ranges")),
        new("rows-copy-transaction", WritePath.Copy, RowForm.Whole, Usual("entry.index_transaction")),
        new("rows-copy-lz4", WritePath.Copy, RowForm.Whole,
            [.. Usual("entry.index_transaction"), "entry.compressed"]),
        new("rows-copy-short-index", WritePath.Copy, RowForm.Whole,
            [.. Partitioned, "entry.index_transaction", "consent.create_short_index"]),
        new("rows-copy-narrow", WritePath.Copy, RowForm.Narrow,
            [.. Partitioned, "entry.index_transaction", "consent.create_short_index"]),
        new("rows-copy-numbered", WritePath.Copy, RowForm.Numbered,
            [.. Partitioned, "entry.index_transaction", "consent.create_numbered"]),
        new("rows-streamed-packed", WritePath.Streamed, RowForm.Packed,
            [.. Partitioned, "entry.index_transaction", "consent.create_packed"]),
        new("rows-copy-alone", WritePath.Copy, RowForm.None, [.. Partitioned, "entry.index_transaction"]),
        new("segments", WritePath.Segments, RowForm.Whole, Packed("consent.create")),
        new("segments-lz4", WritePath.Segments, RowForm.Whole, [.. Packed("consent.create"), "segment.compressed"]),
        new("segments-lz4-32", WritePath.Segments, RowForm.Whole,
            [.. Packed("consent.create"), "segment.compressed"], SegmentEntries: 32),
        new("segments-lz4-32-narrow", WritePath.Segments, RowForm.Narrow,
            [.. Packed("consent.create_short_index"), "segment.compressed"], SegmentEntries: 32),
        new("segments-lz4-32-numbered", WritePath.Segments, RowForm.Numbered,
            [.. Packed("consent.create_numbered"), "segment.compressed"], SegmentEntries: 32),
        new("segments-lz4-32-packed", WritePath.Segments, RowForm.Packed,
            [.. Packed("consent.create_packed"), "segment.compressed"], SegmentEntries: 32),
        new("segments-alone", WritePath.Segments, RowForm.None,
            ["chain.create", "segment.create", "entry.partitions"]),
    ];

    /// <summary>The schema that its tables stand in.</summary>
    internal string Schema => Name.Replace('-', '_');

    /// <summary>The file of the statements about its entries.</summary>
    internal string Statements => Path == WritePath.Segments ? "segment" : "entry";

    internal string Insert => Path == WritePath.Streamed ? "entry.insert_streamed" : "entry.insert";

    internal string Upsert => Rows == RowForm.Numbered ? "consent.upsert_numbered"
        : Rows == RowForm.Packed ? "consent.upsert_packed"
        : Path == WritePath.Streamed ? "consent.upsert_streamed"
        : "consent.upsert";

    private static ImmutableArray<string> Usual(string index) => [.. Partitioned, index, "consent.create"];

    private static ImmutableArray<string> Packed(string rows) =>
        ["chain.create", "segment.create", "entry.partitions", rows];
}
