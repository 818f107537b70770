using Exchange.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Store.Tests.Postgres;

/// <summary>What a node holds its server to, without a server.</summary>
public sealed class WatermarkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("exchange-watermark-").FullName;

    [Fact]
    public void What_was_found_counts_until_a_commit_that_began_later_is_acknowledged()
    {
        using var watermark = Open();
        watermark.Acknowledge(0, Entry(10));
        watermark.AcknowledgeFound(Entry(11));
        watermark.AcknowledgeFound(Secret("a"));

        // It may have been under way when the others were found, and so come before them.
        watermark.Acknowledge(0, Entry(12));
        watermark.Acknowledge(1, Entry(13));
        Assert.Equal([12L, 13L, 11L], PositionsOf(watermark));
        Assert.Equal(["a"], watermark.Seen.Secrets.Select(secret => secret.Name));

        watermark.Acknowledge(0, Entry(14));
        Assert.Equal([14L, 13L], PositionsOf(watermark));
        Assert.Empty(watermark.Seen.Secrets);
    }

    [Fact]
    public void An_entry_that_is_found_later_is_not_left_out_for_its_lower_position()
    {
        using var watermark = Open();
        for (var position = 100; position < 150; position++)
        {
            watermark.AcknowledgeFound(Entry(position));
        }

        watermark.AcknowledgeFound(Entry(7));

        Assert.Contains(7L, PositionsOf(watermark));
    }

    [Fact]
    public void Of_more_than_there_is_room_for_those_found_last_stay()
    {
        using var watermark = Open();
        for (var position = 1; position <= 3_000; position++)
        {
            watermark.AcknowledgeFound(Entry(position));
            watermark.AcknowledgeFound(Entry(1));
        }

        var positions = PositionsOf(watermark);
        Assert.Contains(3_000L, positions);
        Assert.InRange(positions.Length, 1_000, 1_024);
    }

    [Fact]
    public void What_was_kept_is_held_against_the_server_after_a_start()
    {
        using (var watermark = Open())
        {
            watermark.Meet(new(System: 5, "00000001"));
            watermark.Acknowledge(1, Entry(10));
            watermark.AcknowledgeFound(Entry(11));
            watermark.AcknowledgeFound(Secret("a"));
        }

        using var again = Open();

        Assert.Equal([Entry(10), Entry(11)], again.Seen.Entries.AsEnumerable());
        Assert.Equal([Secret("a")], again.Seen.Secrets.AsEnumerable());
        Assert.Null(again.ReasonToRefuse(new(System: 5, "00000002"), missing: 0));
        Assert.Equal(StoreRefusal.TailMissing, again.ReasonToRefuse(new(System: 5, "00000001"), missing: 1)?.Kind);
        Assert.Equal(StoreRefusal.AnotherStore, again.ReasonToRefuse(new(System: 6, "00000001"), missing: 0)?.Kind);
    }

    [Fact]
    public async Task What_was_seen_is_on_disk_soon_while_the_node_runs()
    {
        using var watermark = Open();
        watermark.Meet(new(System: 5, "00000001"));
        watermark.Acknowledge(0, Entry(10));

        await UntilAsync(() =>
        {
            using var other = Open();
            return PositionsOf(other) is [10];
        });
    }

    [Fact]
    public async Task A_disk_that_keeps_nothing_is_told_and_tried_again()
    {
        const int NotKept = 3114;
        var log = new KeptLog();
        var own = Directory.CreateDirectory(Path.Combine(_directory, "own")).FullName;
        using var watermark = Watermark.Open(own, TimeProvider.System, log);
        watermark.Meet(new(System: 5, "00000001"));
        Directory.Delete(own, recursive: true);
        watermark.Acknowledge(0, Entry(10));

        await UntilAsync(() => log.Numbers.Contains(NotKept));
        _ = Directory.CreateDirectory(own);

        await UntilAsync(() => File.Exists(Path.Combine(own, Watermark.FileName)));
    }

    [Theory]
    [InlineData("""{"System":5,"Timeline":"00000001","Positions":[81921]}""")]
    [InlineData("""{"System":5,"Timeline":"00000001","Found":[81921]}""")]
    [InlineData("{")]
    public void A_file_that_says_what_is_not_understood_is_refused(string text)
    {
        File.WriteAllText(Path.Combine(_directory, Watermark.FileName), text);

        var refusal = Assert.Throws<StoreRefusedException>(() => Open());

        Assert.Contains(Watermark.FileName, refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static SeenEntry Entry(long position) => SeenEntry.Of(new(position), BitConverter.GetBytes(position));

    private static SeenSecret Secret(string name) => SeenSecret.Of(name, [1]);

    private static long[] PositionsOf(Watermark watermark) =>
        [.. watermark.Seen.Entries.Select(entry => entry.Position.Value)];

    private Watermark Open() => Watermark.Open(_directory, TimeProvider.System, NullLogger.Instance);
}
