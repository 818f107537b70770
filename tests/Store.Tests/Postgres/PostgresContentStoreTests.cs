using Exchange.Store.Postgres.Contents;
using Exchange.Store.Tests.Contracts;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Postgres;

/// <summary>The promises of content against PostgreSQL, and what several nodes do to each other.</summary>
[NeedsServer]
public sealed class PostgresContentStoreTests : ContentStoreContract
{
    private readonly PostgresFixture _fixture = new();
    private readonly List<PostgresContentStore> _stores = [];
    private readonly Lock _gate = new();
    private PostgresContentStore? _store;

    protected override IContentStore Contents
    {
        get
        {
            lock (_gate)
            {
                return _store ??= Open();
            }
        }
    }

    [StoreFact]
    public async Task A_draft_of_a_process_that_ended_is_collected_by_another()
    {
        await using var draft = await Contents.BeginAsync(default);
        await draft.Stream.WriteAsync(new byte[3_000_000]);
        var other = Open();

        Assert.Equal(0, await other.CollectAsync(_ => true, TimeSpan.Zero, default));
        _store!.Dispose();
        Assert.Equal(1, await other.CollectAsync(_ => true, TimeSpan.Zero, default));

        Assert.Equal(0L, _fixture.Ask("select count(*) from content_chunk"));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await draft.KeepAsync(Name("late", ContentKind.Revision), default));
        Assert.Null(await other.OpenAsync(Name("late", ContentKind.Revision), default));
        Assert.Equal(0L, _fixture.Ask("select count(*) from content_chunk"));
    }

    [StoreFact]
    public async Task Content_kept_by_two_nodes_at_once_is_there_once()
    {
        var other = Open();
        var bytes = new byte[700_000];
        for (var round = 0; round < 10; round++)
        {
            var name = Name($"round {round}", ContentKind.Revision);
            await Task.WhenAll(KeepAsync(Contents, name, bytes), KeepAsync(other, name, bytes));

            await using var stream = await other.OpenAsync(name, default);
            Assert.Equal(bytes.Length, stream!.Length);
        }

        Assert.Equal(30L, _fixture.Ask("select count(*) from content_chunk"));
        Assert.Equal(0L, _fixture.Ask("select count(*) from content_draft"));
    }

    [StoreFact]
    public async Task Content_whose_entry_may_be_on_its_way_is_not_collected()
    {
        await KeepAsync("new", ContentKind.Document);

        Assert.Equal(0, await Contents.CollectAsync(_ => false, TimeSpan.FromHours(1), default));
        _ = _fixture.Ask("update content set kept_at = now() - interval '2 hours'");
        await KeepAsync("new", ContentKind.Document);
        Assert.Equal(0, await Contents.CollectAsync(_ => false, TimeSpan.FromHours(1), default));
        _ = _fixture.Ask("update content set kept_at = now() - interval '2 hours'");
        Assert.Equal(1, await Contents.CollectAsync(_ => false, TimeSpan.FromHours(1), default));
    }

    [StoreFact]
    public async Task Content_is_read_from_any_place()
    {
        var seed = Seeds.Next();
        var random = new Random(seed);
        var bytes = new byte[2_500_000];
        random.NextBytes(bytes);
        var name = Name("random", ContentKind.Revision);
        await KeepAsync(Contents, name, bytes);

        await using var stream = (await Contents.OpenAsync(name, default))!;
        var found = new byte[bytes.Length];
        await stream.ReadExactlyAsync(found);
        Assert.True(bytes.AsSpan().SequenceEqual(found), $"seed={seed}");
        Assert.Equal(0, await stream.ReadAsync(found));
        for (var n = 0; n < 200; n++)
        {
            var (at, size) = (random.Next(bytes.Length), random.Next(400_000));
            size = Math.Min(size, bytes.Length - at);
            stream.Position = at;
            var part = new byte[size];
            if (n % 2 == 0)
            {
                stream.ReadExactly(part);
            }
            else
            {
                await stream.ReadExactlyAsync(part);
            }

            Assert.True(bytes.AsSpan(at, size).SequenceEqual(part), $"seed={seed} at={at} size={size}");
        }
    }

    [StoreFact]
    public async Task Content_that_was_removed_while_it_is_read_is_reported()
    {
        var name = Name("going", ContentKind.Revision);
        await KeepAsync(Contents, name, new byte[2_000_000]);
        await using var stream = (await Contents.OpenAsync(name, default))!;
        await stream.ReadExactlyAsync(new byte[1000]);

        Assert.Equal(1, await Contents.CollectAsync(_ => false, TimeSpan.Zero, default));
        stream.Position = 1_900_000;

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await stream.ReadExactlyAsync(new byte[1000]));
    }

    [StoreFact]
    public async Task A_journal_is_appended_in_pieces_of_any_size()
    {
        var seed = Seeds.Next();
        var random = new Random(seed);
        var written = new MemoryStream();
        await using (var journal = await Contents.OpenJournalAsync(Key(1), default))
        {
            foreach (var size in new[] { 0, 1, 300_000, 5, 600_000, 262_144, 17 })
            {
                var bytes = new byte[size];
                random.NextBytes(bytes);
                written.Write(bytes);
                await journal.AppendAsync(bytes, default);
            }

            await journal.SyncAsync(default);
        }

        var found = new MemoryStream();
        await using var stream = (await Contents.ReadJournalAsync(Key(1), default))!;
        await stream.CopyToAsync(found);
        Assert.True(written.ToArray().AsSpan().SequenceEqual(found.ToArray()), $"seed={seed}");
    }

    [StoreFact]
    public async Task A_journal_that_was_removed_takes_no_more()
    {
        await using var journal = await Contents.OpenJournalAsync(Key(1), default);
        await journal.AppendAsync(new byte[10], default);
        await Contents.RemoveJournalAsync(Key(1), default);

        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await journal.AppendAsync(new byte[10], default));
        Assert.Equal(0L, _fixture.Ask("select count(*) from content_chunk"));
    }

    // What a server that crashes and comes back does with commits that nobody waited for.
    [StoreFact]
    public async Task A_journal_whose_end_the_server_lost_takes_no_more_and_is_not_said_to_be_kept()
    {
        await using var journal = await Contents.OpenJournalAsync(Key(1), default);
        await journal.AppendAsync(new byte[10], default);
        await journal.SyncAsync(default);
        await journal.AppendAsync(new byte[5], default);
        _ = _fixture.Ask("delete from content_chunk where start = 10");

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await journal.SyncAsync(default));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await journal.AppendAsync(new byte[10], default));

        await using var again = await Contents.OpenJournalAsync(Key(1), default);
        await again.AppendAsync(new byte[7], default);
        await again.SyncAsync(default);
        await using var stream = (await Contents.ReadJournalAsync(Key(1), default))!;
        Assert.Equal(17, stream.Length);
    }

    [StoreFact]
    public async Task Nothing_is_appended_behind_what_the_server_lost()
    {
        await using var journal = await Contents.OpenJournalAsync(Key(1), default);
        await journal.AppendAsync(new byte[10], default);
        _ = _fixture.Ask("delete from content_chunk");

        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await journal.AppendAsync(new byte[10], default));

        Assert.Equal(0L, _fixture.Ask("select count(*) from content_chunk"));
    }

    [StoreFact]
    public async Task A_draft_that_the_server_lost_a_part_of_gets_no_name()
    {
        var name = Name("holed", ContentKind.Revision);
        await using var draft = await Contents.BeginAsync(default);
        await draft.Stream.WriteAsync(new byte[3_000_000]);
        _ = _fixture.Ask("delete from content_chunk where start = 0");

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await draft.KeepAsync(name, default));

        Assert.Null(await Contents.OpenAsync(name, default));
    }

    protected override void Reopen()
    {
        _store?.Dispose();
        _store = null;
        _fixture.Reopen();
    }

    protected override void Dispose(bool disposing)
    {
        _stores.ForEach(store => store.Dispose());
        _fixture.Dispose();
    }

    private static async Task KeepAsync(IContentStore contents, ContentName name, byte[] bytes)
    {
        await using var draft = await contents.BeginAsync(default);
        await draft.Stream.WriteAsync(bytes);
        await draft.KeepAsync(name, default);
    }

    private PostgresContentStore Open()
    {
        var store = new PostgresContentStore(_fixture.Store.Source);
        _stores.Add(store);
        return store;
    }
}
