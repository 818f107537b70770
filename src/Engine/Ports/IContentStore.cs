namespace Exchange.Engine.Ports;

// family: content

/// <summary>
/// Keeps what is too large for an entry, each named by its digest. Written whole and durably before it is named; never
/// changed afterwards. Thread-safe. The caller disposes what it gets.
/// </summary>
public interface IContentStore
{
    /// <summary>
    /// Begins a piece of content that nobody sees until it is kept; disposed without that it is gone.
    /// </summary>
    ValueTask<IContentDraft> BeginAsync(CancellationToken cancellationToken);

    /// <summary>Content by its name as a seekable stream, or nothing.</summary>
    ValueTask<Stream?> OpenAsync(ContentName name, CancellationToken cancellationToken);

    /// <summary>Opens a journal for appending, made when missing: what survives until a delivery has ended.</summary>
    ValueTask<IContentJournal> OpenJournalAsync(GrainKey name, CancellationToken cancellationToken);

    /// <summary>A journal's bytes as far as they were kept, or nothing.</summary>
    ValueTask<Stream?> ReadJournalAsync(GrainKey name, CancellationToken cancellationToken);

    /// <summary>Removes a journal; nothing happens where there is none.</summary>
    ValueTask RemoveJournalAsync(GrainKey name, CancellationToken cancellationToken);

    /// <summary>
    /// Drops drafts that no running process owns, and content that nothing names and that nobody kept, anew or again,
    /// for a time by the store's own clock; answers how many. Others may keep content meanwhile: whether it is dropped
    /// and whether it was kept again are decided together.
    /// </summary>
    /// <param name="isNamed">Whether something named the content when the caller looked.</param>
    /// <param name="unkeptFor">Longer than from keeping content to naming it, and since the caller looked.</param>
    ValueTask<int> CollectAsync(
        Func<ContentName, bool> isNamed, TimeSpan unkeptFor, CancellationToken cancellationToken);
}

/// <summary>A piece of content being written.</summary>
public interface IContentDraft : IAsyncDisposable
{
    /// <summary>Takes the bytes, in order; the draft owns it, and the caller writes nothing after keeping.</summary>
    Stream Stream { get; }

    /// <summary>
    /// Names the content. When this returns, bytes and name survive a crash. Content of that name that is there already
    /// is the same content and stays, and counts as kept now.
    /// </summary>
    ValueTask KeepAsync(ContentName name, CancellationToken cancellationToken);
}

/// <summary>Bytes that grow at the end.</summary>
public interface IContentJournal : IAsyncDisposable
{
    /// <summary>
    /// Appends; when this returns, what was appended survives the end of every process, this one's and a server's.
    /// </summary>
    ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>When this returns, everything appended before survives a crash of the machine.</summary>
    ValueTask SyncAsync(CancellationToken cancellationToken);
}

/// <summary>What kind of thing content is.</summary>
public enum ContentKind
{
    /// <summary>A notice, an offer, a column list, a list of households: canonical bytes named by tag 0x19.</summary>
    Document = 1,

    /// <summary>The content of a revision.</summary>
    Revision = 2,

    /// <summary>The manifest of a delivery, named by its root.</summary>
    Manifest = 3,
}

/// <summary>The name of a piece of content.</summary>
public readonly record struct ContentName(ContentKind Kind, Digest Digest)
{
    public override string ToString() => $"{Kind switch
    {
        ContentKind.Document => "document",
        ContentKind.Revision => "revision",
        _ => "manifest",
    }}-{Digest}";
}
