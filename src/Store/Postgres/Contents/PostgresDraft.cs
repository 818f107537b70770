using Npgsql;
using static Exchange.Store.Postgres.Contents.ContentCommands;

namespace Exchange.Store.Postgres.Contents;

/// <summary>A holder of chunks that has no name until it is kept.</summary>
internal sealed class PostgresDraft(
    ContentCommands commands, long holder, int run, Action<PostgresDraft> left) : IContentDraft
{
    private readonly DraftStream _stream = new(commands, holder, run);
    private bool _ended;

    public Stream Stream => _stream;

    public async ValueTask KeepAsync(ContentName name, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        try
        {
            await PostgresFaults.GuardedOnce(async () =>
            {
                await _stream.CompleteAsync(cancellationToken).ConfigureAwait(false);
                return await NameAsync(name, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        await _stream.DisposeAsync().ConfigureAwait(false);
        try
        {
            await DeleteAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // Nobody sees what is left of it: the next collection of this process or of any other one deletes it.
            left(this);
        }
    }

    /// <summary>Deletes the draft where it has no name; nothing happens where it has one.</summary>
    internal async Task DeleteAsync(CancellationToken cancellationToken)
    {
        var released = await commands.RunAsync(
            cancellationToken, Statement("release_draft", Of(holder), Of(run))).ConfigureAwait(false);
        if (released > 0)
        {
            await commands.DeleteAsync(holder, cancellationToken).ConfigureAwait(false);
        }
    }

    // The commit of the name waits for the disk and has all chunks before it on the disk as well.
    private async ValueTask<bool> NameAsync(ContentName name, CancellationToken cancellationToken)
    {
        var holders = await commands.ReadAsync(
            reader => reader.GetInt64(0), cancellationToken,
            Statement(
                "keep", Of(holder), Of(run), Of((short)name.Kind), Of(name.Digest.Span.ToArray()),
                Of(_stream.Position)),
            Statement("end_draft", Of(holder))).ConfigureAwait(false);
        return holders is [_]
            ? holders[0] == holder
            : throw new StoreUnavailableException(
                "The draft was collected because its run was taken for ended, or the server lost its end.", null);
    }
}
