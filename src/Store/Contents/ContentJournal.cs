namespace Exchange.Store.Contents;

/// <summary>
/// A file that grows at its end; without a buffer of its own, so that what was appended has left the process.
/// </summary>
internal sealed class ContentJournal : IContentJournal
{
    private readonly FileStream _stream;

    internal ContentJournal(FileStream stream)
    {
        _stream = stream;
        _ = _stream.Seek(0, SeekOrigin.End);
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var length = _stream.Position;
        try
        {
            // Not cancelled midway: half of a record must not stand before the next one.
            cancellationToken.ThrowIfCancellationRequested();
            await _stream.WriteAsync(bytes, CancellationToken.None);
        }
        catch (IOException fault)
        {
            _stream.SetLength(length);
            throw DirectoryContentStore.Unavailable(fault);
        }
    }

    public async ValueTask SyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => PrivateFiles.SyncBytes(_stream), cancellationToken);
        }
        catch (IOException fault)
        {
            throw DirectoryContentStore.Unavailable(fault);
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
