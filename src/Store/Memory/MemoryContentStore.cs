using System.Collections.Concurrent;

namespace Exchange.Store.Memory;

/// <summary>Content and journals in memory.</summary>
public sealed class MemoryContentStore : IContentStore
{
    private readonly ConcurrentDictionary<ContentName, byte[]> _content = new();
    private readonly ConcurrentDictionary<GrainKey, MemoryStream> _journals = new();

    public ValueTask<IContentDraft> BeginAsync(CancellationToken cancellationToken) => new(new Draft(_content));

    public ValueTask<Stream?> OpenAsync(ContentName name, CancellationToken cancellationToken) =>
        new(_content.TryGetValue(name, out var bytes) ? new MemoryStream(bytes, writable: false) : null);

    public ValueTask<IContentJournal> OpenJournalAsync(GrainKey name, CancellationToken cancellationToken) =>
        new(new Journal(_journals.GetOrAdd(name, static _ => new MemoryStream())));

    public ValueTask<Stream?> ReadJournalAsync(GrainKey name, CancellationToken cancellationToken)
    {
        if (!_journals.TryGetValue(name, out var journal))
        {
            return new((Stream?)null);
        }

        lock (journal)
        {
            return new(new MemoryStream(journal.ToArray(), writable: false));
        }
    }

    public ValueTask RemoveJournalAsync(GrainKey name, CancellationToken cancellationToken)
    {
        _ = _journals.TryRemove(name, out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> CollectAsync(Func<ContentName, bool> isNamed, CancellationToken cancellationToken)
    {
        // Drafts belong to this process, which runs; only what nothing names is dropped.
        var dropped = _content.Keys.Where(name => !isNamed(name)).Count(name => _content.TryRemove(name, out _));
        return new(dropped);
    }

    private sealed class Draft(ConcurrentDictionary<ContentName, byte[]> content) : IContentDraft
    {
        private readonly MemoryStream _stream = new();

        public Stream Stream => _stream;

        public ValueTask KeepAsync(ContentName name, CancellationToken cancellationToken)
        {
            _ = content.TryAdd(name, _stream.ToArray());
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => _stream.DisposeAsync();
    }

    private sealed class Journal(MemoryStream journal) : IContentJournal
    {
        public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            lock (journal)
            {
                journal.Write(bytes.Span);
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask SyncAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
