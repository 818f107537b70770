using System.Text;

namespace Exchange.Store.Tests.Contracts;

/// <summary>What every content store promises.</summary>
public abstract class ContentStoreContract : IDisposable
{
    private static readonly GrainKey Delivery = GrainKey.Parse("delivery-1");

    protected abstract IContentStore Contents { get; }

    /// <summary>Ends the store and opens another one on what is kept, as after a crash.</summary>
    protected abstract void Reopen();

    [StoreFact]
    public async Task Kept_content_is_there_after_a_restart_and_can_be_searched()
    {
        await KeepAsync("hello", ContentKind.Document);

        Reopen();

        await using var stream = await Contents.OpenAsync(Name("hello", ContentKind.Document), default);
        Assert.NotNull(stream);
        stream.Position = 4;
        Assert.Equal('o', stream.ReadByte());
        Assert.Equal("hello", await TextAsync(ContentKind.Document, "hello"));
    }

    [StoreFact]
    public async Task Nobody_sees_content_before_it_is_kept()
    {
        await using var draft = await Contents.BeginAsync(default);
        await draft.Stream.WriteAsync("hello"u8.ToArray());
        await draft.Stream.FlushAsync();

        Assert.Null(await Contents.OpenAsync(Name("hello", ContentKind.Document), default));
    }

    [StoreFact]
    public async Task A_draft_that_is_not_kept_is_gone()
    {
        await using (var draft = await Contents.BeginAsync(default))
        {
            await draft.Stream.WriteAsync("hello"u8.ToArray());
        }

        Assert.Null(await Contents.OpenAsync(Name("hello", ContentKind.Document), default));
        Assert.Equal(0, await Contents.CollectAsync(_ => true, TimeSpan.Zero, default));
    }

    [StoreFact]
    public async Task Content_of_a_name_that_is_there_stays()
    {
        await KeepAsync("hello", ContentKind.Document);
        await KeepAsync("hello", ContentKind.Document);

        Assert.Equal("hello", await TextAsync(ContentKind.Document, "hello"));
    }

    [StoreFact]
    public async Task Content_kept_by_many_at_once_is_there_once()
    {
        // Opened first: opening blocks, and many callers would hold the very threads that it waits for.
        _ = Contents;
        await Task.WhenAll(Enumerable.Range(0, 16)
            .Select(_ => Task.Run(() => KeepAsync("hello", ContentKind.Revision))));

        Assert.Equal("hello", await TextAsync(ContentKind.Revision, "hello"));
        Assert.Equal(1, await Contents.CollectAsync(_ => false, TimeSpan.Zero, default));
    }

    [StoreFact]
    public async Task Kinds_keep_their_content_apart()
    {
        await KeepAsync("hello", ContentKind.Document);

        Assert.Null(await Contents.OpenAsync(Name("hello", ContentKind.Manifest), default));
    }

    [StoreFact]
    public async Task Content_may_be_empty_or_large()
    {
        var large = new string('x', 3_000_000);
        await KeepAsync("", ContentKind.Revision);
        await KeepAsync(large, ContentKind.Revision);

        Assert.Equal("", await TextAsync(ContentKind.Revision, ""));
        Assert.Equal(large, await TextAsync(ContentKind.Revision, large));
    }

    [StoreFact]
    public async Task A_journal_grows_at_its_end_also_after_a_restart()
    {
        await AppendAsync("one ");
        Reopen();
        await AppendAsync("two");

        Assert.Equal("one two", await JournalAsync());
    }

    [StoreFact]
    public async Task What_was_appended_is_read_while_the_journal_is_open()
    {
        await using var journal = await Contents.OpenJournalAsync(Delivery, default);
        await journal.AppendAsync("one"u8.ToArray(), default);

        Assert.Equal("one", await JournalAsync());
    }

    [StoreFact]
    public async Task A_removed_journal_is_gone_and_removing_it_again_does_nothing()
    {
        await AppendAsync("one");

        await Contents.RemoveJournalAsync(Delivery, default);
        await Contents.RemoveJournalAsync(Delivery, default);

        Assert.Null(await Contents.ReadJournalAsync(Delivery, default));
        await AppendAsync("anew");
        Assert.Equal("anew", await JournalAsync());
    }

    [StoreFact]
    public async Task Content_that_nothing_names_is_collected()
    {
        await KeepAsync("named", ContentKind.Document);
        await KeepAsync("orphan", ContentKind.Document);
        await KeepAsync("orphan", ContentKind.Manifest);
        await AppendAsync("journal");

        var dropped = await Contents.CollectAsync(
            name => name == Name("named", ContentKind.Document), TimeSpan.Zero, default);

        Assert.Equal(2, dropped);
        Assert.Equal("named", await TextAsync(ContentKind.Document, "named"));
        Assert.Null(await Contents.OpenAsync(Name("orphan", ContentKind.Document), default));
        Assert.Equal("journal", await JournalAsync());
    }

    [StoreFact]
    public async Task Content_kept_lately_is_not_collected_though_nothing_names_it_yet()
    {
        await KeepAsync("about to be named", ContentKind.Document);

        Assert.Equal(0, await Contents.CollectAsync(_ => false, TimeSpan.FromHours(1), default));
        Assert.Equal("about to be named", await TextAsync(ContentKind.Document, "about to be named"));
    }

    [StoreFact]
    public async Task A_draft_of_this_process_is_not_collected()
    {
        await using var draft = await Contents.BeginAsync(default);
        await draft.Stream.WriteAsync("hello"u8.ToArray());

        Assert.Equal(0, await Contents.CollectAsync(_ => false, TimeSpan.Zero, default));
        await draft.KeepAsync(Name("hello", ContentKind.Document), default);

        Assert.Equal("hello", await TextAsync(ContentKind.Document, "hello"));
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    protected static ContentName Name(string text, ContentKind kind) =>
        new(kind, Hashes.Entry(Encoding.UTF8.GetBytes(text)));

    protected async Task KeepAsync(string text, ContentKind kind)
    {
        await using var draft = await Contents.BeginAsync(default);
        await draft.Stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        await draft.KeepAsync(Name(text, kind), default);
    }

    private async Task AppendAsync(string text)
    {
        await using var journal = await Contents.OpenJournalAsync(Delivery, default);
        await journal.AppendAsync(Encoding.UTF8.GetBytes(text), default);
        await journal.SyncAsync(default);
    }

    protected async Task<string> TextAsync(ContentKind kind, string text)
    {
        await using var stream = await Contents.OpenAsync(Name(text, kind), default);
        return await ReadAsync(stream);
    }

    private async Task<string> JournalAsync()
    {
        await using var stream = await Contents.ReadJournalAsync(Delivery, default);
        return await ReadAsync(stream);
    }

    private static async Task<string> ReadAsync(Stream? stream)
    {
        Assert.NotNull(stream);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
