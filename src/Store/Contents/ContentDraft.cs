namespace Exchange.Store.Contents;

/// <summary>A file in the directory of drafts until it is kept.</summary>
/// <param name="give">Gives a synced file its name.</param>
/// <param name="ended">Told once that the draft is none any more.</param>
internal sealed class ContentDraft(FileStream stream, Action<string, ContentName> give, Action<string> ended)
    : IContentDraft
{
    private bool _ended;

    public Stream Stream => stream;

    public async ValueTask KeepAsync(ContentName name, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        try
        {
            await stream.FlushAsync(cancellationToken);
            stream.Flush(flushToDisk: true);
            give(stream.Name, name);
        }
        // Boundary: the two kinds of faults that files have, and no other, become the port's own.
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            throw DirectoryContentStore.Unavailable(fault);
        }
        finally
        {
            await DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        try
        {
            await stream.DisposeAsync();
        }
        finally
        {
            // Nothing is there any more where it was kept.
            File.Delete(stream.Name);
            ended(stream.Name);
        }
    }
}
