using System.Buffers;
using static Exchange.Store.Postgres.Contents.ContentCommands;

namespace Exchange.Store.Postgres.Contents;

/// <summary>
/// Writes the chunks of a draft, a few in each transaction. While some are on their way the next are gathered; what one
/// met is thrown by the next call. Needs two buffers, however large the content.
/// </summary>
internal sealed class DraftStream(ContentCommands commands, long holder, int run) : Stream
{
    private const int BufferSizeBytes = 4 * ChunkSizeBytes;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSizeBytes);
    private byte[] _spare = ArrayPool<byte>.Shared.Rent(BufferSizeBytes);
    private int _filled;
    private long _sent;
    private Task _sending = Task.CompletedTask;
    private bool _ended;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _sent + _filled;

    public override long Position
    {
        get => _sent + _filled;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        while (!buffer.IsEmpty)
        {
            var size = Math.Min(buffer.Length, BufferSizeBytes - _filled);
            buffer.Span[..size].CopyTo(_buffer.AsSpan(_filled));
            _filled += size;
            buffer = buffer[size..];
            if (_filled == BufferSizeBytes)
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    // Nobody sees anything of a draft before it is kept: there is nothing to hurry for.
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Returns when all chunks are written.</summary>
    internal async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }

        await _sending.ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_ended)
        {
            _ended = true;

            // What it met was thrown already or does not matter to a draft that is not kept.
            await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(_buffer);
            ArrayPool<byte>.Shared.Return(_spare);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        var (starts, chunks) = Cut(_buffer.AsMemory(0, _filled), _sent);
        _sent += _filled;
        _filled = 0;
        (_buffer, _spare) = (_spare, _buffer);
        _sending = WriteChunksAsync(starts, chunks);
    }

    private async Task WriteChunksAsync(long[] starts, ReadOnlyMemory<byte>[] chunks)
    {
        var written = await PostgresFaults.GuardedOnce(async () => await commands.RunAsync(
            CancellationToken.None,
            Statement("commit_lazily"),
            Statement("write_chunks", Of(holder), Of(run), Of(starts), Of(chunks))).ConfigureAwait(false))
            .ConfigureAwait(false);
        if (written != chunks.Length)
        {
            throw new StoreUnavailableException("The draft was collected: its run was taken for ended.", null);
        }
    }
}
