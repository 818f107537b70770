using Exchange.Store.Postgres;

namespace Exchange.Store.Tests.Postgres;

/// <summary>Content when the server dies, on a server of its own.</summary>
[NeedsServer]
public sealed class PostgresContentFaultTests : IDisposable
{
    private const string Database = "exchange";

    private readonly OwnServer _own = new();
    private readonly PostgresStore _store;

    public PostgresContentFaultTests() => _store = PostgresFixture.Open(_own.Options);

    [StoreFact]
    public async Task A_server_that_dies_in_the_middle_of_a_draft_leaves_nothing_and_keeps_what_was_kept()
    {
        var (kept, lost, late) = (NameOf(1), NameOf(2), NameOf(3));
        await KeepAsync(kept, 3_000_000);
        await using var journal = await _store.Contents.OpenJournalAsync(Samples.Key(1), default);
        await journal.AppendAsync(new byte[1000], default);
        await journal.SyncAsync(default);
        var draft = await _store.Contents.BeginAsync(default);
        await draft.Stream.WriteAsync(new byte[3_000_000]);

        _own.Server.Kill();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            await draft.Stream.WriteAsync(new byte[3_000_000]);
            await draft.KeepAsync(lost, default);
        });
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.Contents.BeginAsync(default));
        _own.Server.Start();

        Assert.Null(await _store.Contents.OpenAsync(lost, default));
        Assert.Equal(3_000_000, await SizeAsync(kept));
        await KeepAsync(late, 1_500_000);
        Assert.Equal(1_500_000, await SizeAsync(late));
        _ = await _store.Contents.CollectAsync(_ => true, TimeSpan.Zero, default);
        Assert.Equal(0L, Ask("select count(*) from exchange.content_draft"));
        Assert.Equal(4_501_000L, Ask("select sum(octet_length(bytes)) from exchange.content_chunk"));
        await using var stream = (await _store.Contents.ReadJournalAsync(Samples.Key(1), default))!;
        Assert.Equal(1000, stream.Length);
    }

    [StoreFact]
    public async Task What_was_appended_to_a_journal_is_there_though_the_server_dies_at_once()
    {
        await using var journal = await _store.Contents.OpenJournalAsync(Samples.Key(1), default);
        await journal.AppendAsync(new byte[1000], default);

        _own.Server.Kill();
        _own.Server.Start();

        await using var stream = (await _store.Contents.ReadJournalAsync(Samples.Key(1), default))!;
        Assert.Equal(1000, stream.Length);
    }

    public void Dispose()
    {
        _store.Dispose();
        _own.Dispose();
    }

    private static ContentName NameOf(byte number) => new(ContentKind.Revision, Hashes.Entry([number]));

    private object? Ask(string statement)
    {
        using var source = Npgsql.NpgsqlDataSource.Create(
            _own.Server.Connection(PrivateServer.Superuser, Database) + ";Pooling=false");
        using var command = source.CreateCommand(statement);
        return command.ExecuteScalar();
    }

    private async Task KeepAsync(ContentName name, int sizeBytes)
    {
        await using var draft = await _store.Contents.BeginAsync(default);
        await draft.Stream.WriteAsync(new byte[sizeBytes]);
        await draft.KeepAsync(name, default);
    }

    private async Task<long> SizeAsync(ContentName name)
    {
        await using var stream = (await _store.Contents.OpenAsync(name, default))!;
        var (total, buffer) = (0L, new byte[100_000]);
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
        {
            total += read;
        }

        return total;
    }
}
