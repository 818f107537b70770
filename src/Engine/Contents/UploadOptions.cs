namespace Exchange.Engine.Contents;

/// <summary>How an upload uses the machine.</summary>
public sealed record UploadOptions
{
    /// <summary>Where rows are spooled, encrypted, that do not fit into memory while they are sorted.</summary>
    public string SpoolFolder { get; init; } = Path.GetTempPath();

    /// <summary>How many bytes of rows one upload holds in memory before it spools them.</summary>
    public int SortSizeBytes { get; init; } = 64 * 1024 * 1024;
}
