using Exchange.Engine.Ports;

namespace Exchange.Engine.Delivery;

/// <summary>
/// Appends to a journal, and syncs it soon afterwards while the stream goes on. Appending after a failed sync fails.
/// </summary>
internal sealed class JournalWriter : IAsyncDisposable
{
    private readonly IContentJournal _journal;
    private readonly PeriodicTimer _timer;
    private readonly Task _syncing;
    private int _unsynced;

    internal JournalWriter(IContentJournal journal, TimeSpan every, TimeProvider time)
    {
        _journal = journal;
        _timer = new PeriodicTimer(every, time);
        _syncing = SyncRegularlyAsync();
    }

    internal async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_syncing.IsCompleted)
        {
            // What the sync met is what the delivery ends with.
            await _syncing.ConfigureAwait(false);
        }

        await _journal.AppendAsync(bytes, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _unsynced, 1);
    }

    /// <summary>Syncs what is left and closes the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        try
        {
            await _syncing.ConfigureAwait(false);
            await _journal.SyncAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await _journal.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task SyncRegularlyAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            if (Interlocked.Exchange(ref _unsynced, 0) == 1)
            {
                await _journal.SyncAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
