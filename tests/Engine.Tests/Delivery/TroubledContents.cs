using Exchange.Engine.Ports;

namespace Exchange.Engine.Tests.Delivery;

/// <summary>A content store that is away in parts: no manifest is written while it takes no drafts.</summary>
internal sealed class TroubledContents(IContentStore inner) : IContentStore
{
    /// <summary>Whether drafts can be begun.</summary>
    internal bool IsWriting { get; set; } = true;

    /// <summary>Whether journals can be read.</summary>
    internal bool IsReading { get; set; } = true;

    public ValueTask<IContentDraft> BeginAsync(CancellationToken cancellationToken) =>
        IsWriting ? inner.BeginAsync(cancellationToken) : throw Away();

    public ValueTask<Stream?> OpenAsync(ContentName name, CancellationToken cancellationToken) =>
        inner.OpenAsync(name, cancellationToken);

    public ValueTask<IContentJournal> OpenJournalAsync(GrainKey name, CancellationToken cancellationToken) =>
        inner.OpenJournalAsync(name, cancellationToken);

    public ValueTask<Stream?> ReadJournalAsync(GrainKey name, CancellationToken cancellationToken) =>
        IsReading ? inner.ReadJournalAsync(name, cancellationToken) : throw Away();

    public ValueTask RemoveJournalAsync(GrainKey name, CancellationToken cancellationToken) =>
        inner.RemoveJournalAsync(name, cancellationToken);

    public ValueTask<int> CollectAsync(
        Func<ContentName, bool> isNamed, TimeSpan unkeptFor, CancellationToken cancellationToken) =>
        inner.CollectAsync(isNamed, unkeptFor, cancellationToken);

    private static StoreUnavailableException Away() => new("The store is away.", inner: null);
}
