using Npgsql;
using static Exchange.Store.Postgres.Contents.ContentCommands;

namespace Exchange.Store.Postgres.Contents;

/// <summary>
/// A holder of chunks that grows at its end. An append is committed to the disk: what a server still had in memory only
/// would be lost when it dies, while the reader of a delivery has it. After an append that failed nothing more is
/// appended.
/// </summary>
internal sealed class PostgresJournal(ContentCommands commands, long holder, long sizeBytes) : IContentJournal
{
    private long _end = sizeBytes;
    private bool _isBroken;

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_isBroken)
        {
            throw new StoreUnavailableException("An append to the journal failed before.", null);
        }

        // Not cancelled midway: nobody could tell where the next record stands.
        _isBroken = true;
        var (starts, chunks) = Cut(bytes, _end);
        var written = await PostgresFaults.GuardedOnce(async () => await commands.RunAsync(
            CancellationToken.None,
            Statement("append_journal", Of(holder), Of(starts), Of(chunks))).ConfigureAwait(false))
            .ConfigureAwait(false);
        if (written != chunks.Length)
        {
            throw Gone();
        }

        _end += bytes.Length;
        _isBroken = false;
    }

    public async ValueTask SyncAsync(CancellationToken cancellationToken)
    {
        var synced = await PostgresFaults.GuardedOnce(async () => await commands.RunAsync(
            cancellationToken, Statement("sync_journal", Of(holder), Of(_end))).ConfigureAwait(false))
            .ConfigureAwait(false);
        if (synced != 1)
        {
            _isBroken = true;
            throw Gone();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static StoreUnavailableException Gone() =>
        new("The journal was removed while it was open, or the server lost its end.", inner: null);
}
