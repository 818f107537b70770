using System.Collections.Concurrent;
using Npgsql;
using static Exchange.Store.Postgres.Contents.ContentCommands;

namespace Exchange.Store.Postgres.Contents;

/// <summary>
/// Content in chunks of a database that several nodes share. Bytes are written by many small transactions under a
/// number, the holder; the one that gives the holder its name is the one that counts.
/// </summary>
/// <param name="source">Connections as the role that writes.</param>
/// <param name="unnamedFor">
/// So long content is let be that nothing names, by the database's clock: its entry may be on its way from another node.
/// </param>
internal sealed class PostgresContentStore(NpgsqlDataSource source, TimeSpan unnamedFor)
    : IContentStore, IDisposable
{
    /// <summary>Longer than any upload waits between keeping its content and the entry that names it.</summary>
    internal static readonly TimeSpan UnnamedForDefault = TimeSpan.FromHours(1);

    private const int PageNames = 1000;

    private readonly ContentCommands _commands = new(source);
    private readonly ContentRun _run = new(source);
    private readonly ConcurrentQueue<PostgresDraft> _left = new();

    public ValueTask<IContentDraft> BeginAsync(CancellationToken cancellationToken) =>
        PostgresFaults.GuardedOnce<IContentDraft>(async () =>
        {
            var (holder, run) = await _run.BeginDraftAsync(cancellationToken).ConfigureAwait(false);
            return new PostgresDraft(_commands, holder, run, _left.Enqueue);
        });

    public ValueTask<Stream?> OpenAsync(ContentName name, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded<Stream?>(async () => (await _commands.ReadAsync(
            ReadStream, cancellationToken,
            Statement("find", Of((short)name.Kind), Of(name.Digest.Span.ToArray()))).ConfigureAwait(false))
            .SingleOrDefault());

    public ValueTask<IContentJournal> OpenJournalAsync(GrainKey name, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded<IContentJournal>(async () =>
        {
            _ = await _commands.RunAsync(cancellationToken, Statement("add_journal", Of(name.Value)))
                .ConfigureAwait(false);
            var found = await _commands.ReadAsync(
                reader => new PostgresJournal(_commands, reader.GetInt64(0), reader.GetInt64(1)), cancellationToken,
                Statement("find_journal", Of(name.Value))).ConfigureAwait(false);
            return found is [var journal]
                ? journal
                : throw new StoreUnavailableException("The journal was removed while it was opened.", null);
        });

    public ValueTask<Stream?> ReadJournalAsync(GrainKey name, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded<Stream?>(async () => (await _commands.ReadAsync(
            ReadStream, cancellationToken, Statement("find_journal", Of(name.Value))).ConfigureAwait(false))
            .SingleOrDefault());

    public async ValueTask RemoveJournalAsync(GrainKey name, CancellationToken cancellationToken) =>
        _ = await PostgresFaults.Guarded(async () =>
        {
            var holders = await _commands.ReadAsync(
                reader => reader.GetInt64(0), cancellationToken, Statement("remove_journal", Of(name.Value)))
                .ConfigureAwait(false);
            foreach (var holder in holders)
            {
                await _commands.DeleteAsync(holder, cancellationToken).ConfigureAwait(false);
            }

            return holders.Count;
        }).ConfigureAwait(false);

    public ValueTask<int> CollectAsync(Func<ContentName, bool> isNamed, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            while (_left.TryDequeue(out var draft))
            {
                await draft.DeleteAsync(cancellationToken).ConfigureAwait(false);
            }

            var dropped = await ReleaseDraftsAsync(cancellationToken).ConfigureAwait(false);
            dropped += await DropContentAsync(isNamed, cancellationToken).ConfigureAwait(false);
            var released = await _commands.ReadAsync(
                reader => reader.GetInt64(0), cancellationToken, Statement("read_released")).ConfigureAwait(false);
            foreach (var holder in released)
            {
                await _commands.DeleteAsync(holder, cancellationToken).ConfigureAwait(false);
            }

            return dropped;
        });

    public void Dispose() => _run.Dispose();

    private Stream ReadStream(NpgsqlDataReader reader) =>
        new ChunkStream(_commands, reader.GetInt64(0), reader.GetInt64(1));

    private async ValueTask<int> ReleaseDraftsAsync(CancellationToken cancellationToken)
    {
        var dropped = 0;
        var runs = await _commands.ReadAsync(
            reader => reader.GetInt32(0), cancellationToken, Statement("read_runs")).ConfigureAwait(false);
        foreach (var run in runs)
        {
            dropped += await _commands.RunAsync(
                cancellationToken, Statement("release_run", Of(ContentRun.LockClass), Of(run))).ConfigureAwait(false);
        }

        return dropped;
    }

    private async ValueTask<int> DropContentAsync(
        Func<ContentName, bool> isNamed, CancellationToken cancellationToken)
    {
        var dropped = 0;
        var (kind, digest) = ((short)0, Array.Empty<byte>());
        List<(short Kind, byte[] Digest)> page;
        do
        {
            page = await _commands.ReadAsync(
                reader => (reader.GetInt16(0), reader.GetFieldValue<byte[]>(1)), cancellationToken,
                Statement("read_names", Of(kind), Of(digest), Of(unnamedFor), Of(PageNames))).ConfigureAwait(false);
            foreach (var name in page)
            {
                (kind, digest) = name;
                if (!isNamed(new((ContentKind)kind, new(digest))))
                {
                    dropped += await _commands.RunAsync(
                        cancellationToken, Statement("drop", Of(kind), Of(digest), Of(unnamedFor)))
                        .ConfigureAwait(false);
                }
            }
        }
        while (page.Count == PageNames);
        return dropped;
    }
}
