using System.Collections.Concurrent;

namespace Exchange.Store.Contents;

/// <summary>
/// Content in a directory: <c>content/</c> by name, <c>drafts/</c> being written, <c>journals/</c> growing. A draft is
/// synced, then renamed, then the directory is synced: a name that is there has all its bytes. Files are their owner's
/// alone. The directory belongs to one process. A file's time of change says when its content was last kept.
/// </summary>
public sealed class DirectoryContentStore : IContentStore
{
    private readonly string _contents;
    private readonly string _drafts;
    private readonly string _journals;
    private readonly ConcurrentDictionary<string, bool> _open = new(StringComparer.Ordinal);

    private readonly Lock _keeping = new();
    private readonly TimeProvider _time;

    private DirectoryContentStore(string directory, TimeProvider time)
    {
        _time = time;
        _contents = Path.Combine(directory, "content");
        _drafts = Path.Combine(directory, "drafts");
        _journals = Path.Combine(directory, "journals");
    }

    /// <summary>Opens the content below a data directory, made when missing.</summary>
    /// <exception cref="StoreRefusedException">It cannot be made or written.</exception>
    public static DirectoryContentStore Open(string directory, TimeProvider? time = null)
    {
        try
        {
            var store = new DirectoryContentStore(directory, time ?? TimeProvider.System);
            PrivateFiles.CreateDirectory(store._contents);
            PrivateFiles.CreateDirectory(store._drafts);
            PrivateFiles.CreateDirectory(store._journals);
            PrivateFiles.SyncDirectory(directory);
            return store;
        }
        // Boundary: the two kinds of faults that files have, and no other, become the port's own.
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            throw new StoreRefusedException($"{directory} cannot be opened for writing: {fault.Message}");
        }
    }

    public ValueTask<IContentDraft> BeginAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(_drafts, Guid.NewGuid().ToString("N"));
        return Guarded<IContentDraft>(() =>
        {
            // Known before it is there, lest a collection under way takes it for one that nobody owns.
            _open[path] = true;
            var stream = PrivateFiles.Open(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
            return new ContentDraft(stream, Name, ended => _ = _open.TryRemove(ended, out _));
        });
    }

    public ValueTask<Stream?> OpenAsync(ContentName name, CancellationToken cancellationToken) =>
        Guarded<Stream?>(() => OpenForReading(Path.Combine(_contents, name.ToString())));

    public ValueTask<IContentJournal> OpenJournalAsync(GrainKey name, CancellationToken cancellationToken) =>
        Guarded<IContentJournal>(() =>
        {
            var path = Path.Combine(_journals, name.Value);
            var isNew = !File.Exists(path);
            var stream = PrivateFiles.Open(
                path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
            if (isNew)
            {
                PrivateFiles.SyncDirectory(_journals);
            }

            return new ContentJournal(stream);
        });

    public ValueTask<Stream?> ReadJournalAsync(GrainKey name, CancellationToken cancellationToken) =>
        Guarded<Stream?>(() => OpenForReading(Path.Combine(_journals, name.Value)));

    public async ValueTask RemoveJournalAsync(GrainKey name, CancellationToken cancellationToken) =>
        _ = await Guarded(() =>
        {
            File.Delete(Path.Combine(_journals, name.Value));
            return true;
        });

    public ValueTask<int> CollectAsync(
        Func<ContentName, bool> isNamed, TimeSpan unkeptFor, CancellationToken cancellationToken) =>
        Guarded(() =>
        {
            var dropped = 0;
            var before = _time.GetUtcNow() - unkeptFor;
            foreach (var path in Directory.EnumerateFiles(_drafts).Where(path => !_open.ContainsKey(path)))
            {
                File.Delete(path);
                dropped++;
            }

            foreach (var path in Directory.EnumerateFiles(_contents))
            {
                cancellationToken.ThrowIfCancellationRequested();
                // A file that somebody else put here is not ours to drop.
                if (TryParse(Path.GetFileName(path), out var name) && !isNamed(name) && TryDrop(path, before))
                {
                    dropped++;
                }
            }

            return dropped;
        });

    internal static StoreUnavailableException Unavailable(Exception fault) =>
        new("The content directory cannot be used.", fault);

    // A collection under way either sees the file as kept now, or has dropped it before.
    private void Name(string draft, ContentName name)
    {
        var target = Path.Combine(_contents, name.ToString());
        lock (_keeping)
        {
            if (!File.Exists(target))
            {
                File.Move(draft, target, overwrite: true);
            }

            File.SetLastWriteTimeUtc(target, _time.GetUtcNow().UtcDateTime);
        }

        // Also where the name was there already: whoever gave it may not have synced it yet.
        PrivateFiles.SyncDirectory(_contents);
    }

    private bool TryDrop(string path, DateTimeOffset before)
    {
        lock (_keeping)
        {
            if (File.GetLastWriteTimeUtc(path) > before.UtcDateTime)
            {
                return false;
            }

            File.Delete(path);
            return true;
        }
    }

    private static FileStream? OpenForReading(string path)
    {
        try
        {
            return PrivateFiles.Open(
                path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Write | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static bool TryParse(string text, out ContentName name)
    {
        name = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !Digest.TryParse(text[(dash + 1)..], out var digest))
        {
            return false;
        }

        foreach (var kind in Enum.GetValues<Exchange.Engine.Ports.ContentKind>())
        {
            name = new(kind, digest);
            if (name.ToString() == text)
            {
                return true;
            }
        }

        return false;
    }

    private static ValueTask<T> Guarded<T>(Func<T> work)
    {
        try
        {
            return ValueTask.FromResult(work());
        }
        // Boundary: the two kinds of faults that files have, and no other, become the port's own.
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            return ValueTask.FromException<T>(Unavailable(fault));
        }
    }
}
