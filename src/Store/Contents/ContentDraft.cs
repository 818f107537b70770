namespace Exchange.Store.Contents;

/// <summary>A file in the directory of drafts until it is kept.</summary>
internal sealed class ContentDraft(FileStream stream, string contents, Action<string> ended) : IContentDraft
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
            var target = Path.Combine(contents, name.ToString());
            if (!File.Exists(target))
            {
                File.Move(stream.Name, target, overwrite: true);
            }

            // Also where the name was there already: whoever gave it may not have synced it yet.
            PrivateFiles.SyncDirectory(contents);
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
