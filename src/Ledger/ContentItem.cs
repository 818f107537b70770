namespace Exchange.Ledger;

/// <summary>A content item of a chain file.</summary>
public sealed class ContentItem
{
    private readonly Stream _file;

    internal ContentItem(Stream file, ContentName name, long bytesPosition)
    {
        _file = file;
        Name = name;
        BytesPosition = bytesPosition;
    }

    /// <summary>Its kind and digest as the file states them.</summary>
    public ContentName Name { get; }

    internal long BytesPosition { get; }

    /// <summary>
    /// Its bytes, read forward from the file as they are asked for. They are not checked:
    /// <see cref="ChainFileReader.FindDamage"/> does that, or whoever reads them compares them with the name.
    /// </summary>
    public Stream Open() => new ContentStream(new ForwardSource(_file, BytesPosition));
}
