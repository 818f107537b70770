using System.Collections.Concurrent;

namespace Exchange.Store.Memory;

/// <summary>Content and journals in memory.</summary>
/// <param name="time">Tells how long ago content was kept; the system's clock where none is given.</param>
public sealed class MemoryContentStore(TimeProvider? time = null) : IContentStore
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<ContentName, Kept> _content = new();
    private readonly ConcurrentDictionary<GrainKey, MemoryStream> _journals = new();

    public ValueTask<IContentDraft> BeginAsync(CancellationToken cancellationToken) => new(new Draft(_content, _time));

    public ValueTask<Stream?> OpenAsync(ContentName name, CancellationToken cancellationToken) =>
        new(_content.TryGetValue(name, out var kept) ? new MemoryStream(kept.Bytes, writable: false) : null);

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

    public ValueTask<int> CollectAsync(
        Func<ContentName, bool> isNamed, TimeSpan unkeptFor, CancellationToken cancellationToken)
    {
        // Drafts belong to this process, which runs; only what nothing names is dropped. Kept again, it is another
        // value.
        var before = _time.GetUtcNow() - unkeptFor;
        var dropped = _content
            .Where(pair => pair.Value.At <= before && !isNamed(pair.Key))
            .Count(_content.TryRemove);
        return new(dropped);
    }

    private sealed record Kept(byte[] Bytes, DateTimeOffset At);

    private sealed class Draft(ConcurrentDictionary<ContentName, Kept> content, TimeProvider time) : IContentDraft
    {
        private readonly MemoryStream _stream = new();

        public Stream Stream => _stream;

        public ValueTask KeepAsync(ContentName name, CancellationToken cancellationToken)
        {
            content[name] = new(_stream.ToArray(), time.GetUtcNow());
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
