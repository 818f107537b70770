using System.Buffers;
using System.Data;
using Npgsql;
using static Exchange.Store.Postgres.Contents.ContentCommands;

namespace Exchange.Store.Postgres.Contents;

/// <summary>
/// Reads chunks as one seekable stream. Who reads on and on finds the next chunks read already; who jumps about gets
/// one chunk at a time. Needs two buffers, however large the content.
/// </summary>
internal sealed class ChunkStream(ContentCommands commands, long holder, long sizeBytes) : Stream
{
    private const int ChunksAhead = 4;

    private readonly CancellationTokenSource _closing = new();
    private Window _window;
    private Task<Window>? _next;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => sizeBytes;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (Position >= sizeBytes || buffer.IsEmpty)
        {
            return 0;
        }

        if (!_window.Has(Position))
        {
            await MoveAsync(cancellationToken).ConfigureAwait(false);
        }

        return Copy(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (Position >= sizeBytes || buffer.IsEmpty)
        {
            return 0;
        }

        if (!_window.Has(Position))
        {
            MoveAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        return Copy(buffer);
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        var position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => sizeBytes + offset,
        };
        ArgumentOutOfRangeException.ThrowIfNegative(position, nameof(offset));
        return Position = position;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended)
        {
            _ended = true;
            _closing.Cancel();
            _window.Return();
            Abandon();
            _closing.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Copy(Span<byte> target)
    {
        var found = _window.From(Position);
        var size = Math.Min(found.Length, target.Length);
        found[..size].CopyTo(target);
        Position += size;
        return size;
    }

    private async Task MoveAsync(CancellationToken cancellationToken)
    {
        var isNext = Position == _window.End;
        _window.Return();
        var end = _window.End;
        _window = default;
        if (isNext && _next is not null)
        {
            var next = _next;
            _next = null;
            _window = await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Abandon();
            _window = await FetchAsync(Position, isNext && end > 0 ? ChunksAhead : 1, cancellationToken)
                .ConfigureAwait(false);
        }

        if (isNext && _window.End < sizeBytes)
        {
            _next = FetchAsync(_window.End, ChunksAhead, _closing.Token);
        }
    }

    // Nobody waits for it any more; its buffer goes back when it is done.
    private void Abandon()
    {
        _ = _next?.ContinueWith(
            static done => done.Result.Return(), CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        _next = null;
    }

    private async Task<Window> FetchAsync(long position, int chunks, CancellationToken cancellationToken) =>
        await PostgresFaults.Guarded(async () =>
        {
            var batch = commands.Source.CreateBatch();
            await using (batch.ConfigureAwait(false))
            {
                batch.BatchCommands.Add(Statement("read_chunks", Of(holder), Of(position), Of(chunks)));
                var reader = await batch.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken)
                    .ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    return await FillAsync(reader, position, chunks, cancellationToken).ConfigureAwait(false);
                }
            }
        }).ConfigureAwait(false);

    private static async ValueTask<Window> FillAsync(
        NpgsqlDataReader reader, long position, int chunks, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(chunks * ChunkSizeBytes);
        try
        {
            var window = default(Window);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var start = reader.GetInt64(0);
                if (window.Buffer is null)
                {
                    window = new(buffer, start, 0);
                }

                var size = (int)reader.GetBytes(1, 0, null, 0, 0);
                if (start != window.End || window.SizeBytes + size > buffer.Length)
                {
                    throw new StoreUnavailableException($"Expected a chunk at {window.End}, found {start}.", null);
                }

                _ = reader.GetBytes(1, 0, buffer, window.SizeBytes, size);
                window = window with { SizeBytes = window.SizeBytes + size };
            }

            if (!window.Has(position))
            {
                throw new StoreUnavailableException("The content was removed while it was read.", null);
            }

            (_, buffer) = (buffer, null);
            return window;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private readonly record struct Window(byte[]? Buffer, long Start, int SizeBytes)
    {
        internal long End => Start + SizeBytes;

        internal bool Has(long position) => position >= Start && position < End;

        internal ReadOnlySpan<byte> From(long position) =>
            Buffer.AsSpan((int)(position - Start), (int)(End - position));

        internal void Return()
        {
            if (Buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(Buffer);
            }
        }
    }
}
