using System.Diagnostics;
using Exchange.Ledger;

namespace Exchange.Verify.Tests;

/// <summary>Files made to hurt the verifier: it refuses them soon, in little memory, and says why.</summary>
public sealed class HostileFileTests
{
    private static readonly Story Story = BuyerStory.Tell();
    private static readonly ChainId First = BuyerStory.Buyers[0];
    private static readonly ChainId Second = BuyerStory.Buyers[1];

    [Fact]
    public void The_raw_writer_writes_what_the_real_one_would() => Assert.Equal(
        ExitCode.Accepted, Verifier.Check(Raw.Write(Story, BuyerStory.Buyers)).ExitCode);

    [Fact]
    public void A_chain_that_stands_twice_is_refused() => AssertRefused(Raw.Write(Story, [First, First]), "above");

    [Fact]
    public void Chains_out_of_order_are_refused() => AssertRefused(Raw.Write(Story, [Second, First]), "above");

    [Fact]
    public void A_count_beyond_all_bounds_is_refused_in_little_memory()
    {
        var huge = new RawChain(
            Raw.Record(First, long.MaxValue, Story.HeadOf(First).Hash), [.. Story.EntriesOf(First)]);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        AssertRefused(Raw.Write(Story.Exchange, [huge]), "entry");

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64L * 1024 * 1024);
    }

    [Fact]
    public void Counts_whose_sum_overflows_are_refused()
    {
        var chains = BuyerStory.Buyers.Select(chain => new RawChain(
            Raw.Record(chain, long.MaxValue, Story.HeadOf(chain).Hash), [.. Story.EntriesOf(chain)]));

        AssertRefused(Raw.Write(Story.Exchange, [.. chains]), "entry");
    }

    [Fact]
    public void More_chains_stated_than_there_are_is_refused() =>
        AssertRefused(Raw.Write(Story.Exchange, [ChainOf(First)], statedChains: uint.MaxValue), "chain");

    [Fact]
    public void An_entry_that_nests_deeper_than_allowed_is_refused()
    {
        byte[] deep = [.. Enumerable.Repeat((byte)0x91, 50_000), 0xc0];
        var chain = new RawChain(Raw.Record(First, 1, Story.HeadOf(First).Hash), [deep]);

        AssertRefused(Raw.Write(Story.Exchange, [chain]), "canonical");
    }

    [Fact]
    public void An_entry_that_states_a_giant_array_is_refused()
    {
        var chain = new RawChain(Raw.Record(First, 1, Story.HeadOf(First).Hash), [[0xdd, 0xff, 0xff, 0xff, 0xff]]);

        AssertRefused(Raw.Write(Story.Exchange, [chain]), "canonical");
    }

    [Fact]
    public void A_content_chunk_that_states_four_gigabytes_is_refused()
    {
        byte[] item =
            [0x01, .. new byte[Digest.SizeBytes], 6, .. "notice"u8, 0xff, 0xff, 0xff, 0xff, .. new byte[40], 0x00];

        AssertRefused(Raw.Write(Story.Exchange, [ChainOf(First)], content: item), "chunk");
    }

    [Fact]
    public void A_manifest_that_states_endless_leaves_is_refused()
    {
        byte[] manifest = [0, 0, 0, 1, 0x90, 0x7f, .. Enumerable.Repeat((byte)0xff, 7)];
        var story = BuyerStory.Tell();
        story.Keep(ContentKind.Manifest, Hashes.Tagged(HashTag.Manifest, manifest), manifest);

        AssertRefused(story.ToFile(), "manifest");
    }

    [Fact]
    public void Content_under_a_name_that_is_not_its_own_is_refused()
    {
        var story = BuyerStory.Tell();
        story.Keep(ContentKind.Offer, Hashes.Tagged(HashTag.Document, [1]), [2]);

        AssertRefused(story.ToFile(), "content");
    }

    [Fact]
    public void A_head_that_is_not_the_chains_own_is_refused()
    {
        var chain = new RawChain(Raw.Record(First, 3, Story.HeadOf(Second).Hash), [.. Story.EntriesOf(First)]);

        AssertRefused(Raw.Write(Story.Exchange, [chain]), "entry");
    }

    [Fact]
    public void An_empty_chain_with_a_head_is_refused()
    {
        var chain = new RawChain(Raw.Record(First, 0, Story.HeadOf(First).Hash), []);

        AssertRefused(Raw.Write(Story.Exchange, [chain]), "head");
    }

    [Fact]
    public void An_empty_file_is_no_chain_file() => AssertNotJudged("");

    [Fact]
    public void A_text_is_no_chain_file() => AssertNotJudged("Dear Sir or Madam, all is well.");

    [Fact]
    public void A_later_format_is_not_judged()
    {
        var file = Story.ToFile();
        file["exchange-chains\n".Length + 1] = 2;

        var run = Verifier.Check(file);

        Assert.Equal(ExitCode.NotJudged, run.ExitCode);
        Assert.Contains("format 2, expected 1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_is_not_judged()
    {
        using var folder = new Folder();

        var run = Verifier.Run("chains", folder.Path);

        Assert.Equal(ExitCode.NotJudged, run.ExitCode);
        Assert.Contains("directory", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_not_judged()
    {
        using var folder = new Folder();

        var run = Verifier.Run("chains", Path.Combine(folder.Path, "nothing"));

        Assert.Equal(ExitCode.NotJudged, run.ExitCode);
        Assert.Contains("does not exist", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_that_nobody_writes_to_is_not_judged_and_not_waited_for()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new Folder();
        var pipe = Path.Combine(folder.Path, "pipe");
        using (var make = Process.Start("mkfifo", pipe))
        {
            make.WaitForExit();
        }

        var link = Path.Combine(folder.Path, "link");
        _ = File.CreateSymbolicLink(link, pipe);

        Assert.Equal(ExitCode.NotJudged, Verifier.Run("chains", pipe).ExitCode);
        Assert.Equal(ExitCode.NotJudged, Verifier.Run("chains", link).ExitCode);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/proc/self/mem")]
    public void Devices_are_not_judged(string path)
    {
        if (File.Exists(path))
        {
            Assert.Equal(ExitCode.NotJudged, Verifier.Run("chains", path).ExitCode);
        }
    }

    private static RawChain ChainOf(ChainId chain) => new(
        Raw.Record(chain, Story.EntriesOf(chain).Count, Story.HeadOf(chain).Hash), [.. Story.EntriesOf(chain)]);

    private static void AssertRefused(byte[] file, string word)
    {
        var run = Verifier.Check(file);

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Contains(word, run.FirstFinding.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    private static void AssertNotJudged(string text)
    {
        using var folder = new Folder();

        var run = Verifier.Run("chains", folder.Write("evidence", text));

        Assert.Equal(ExitCode.NotJudged, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.StartsWith("not judged: ", run.Error, StringComparison.Ordinal);
    }
}
