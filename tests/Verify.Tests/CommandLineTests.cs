namespace Exchange.Verify.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("chains")]
    [InlineData("chain x")]
    [InlineData("chains x --frobnicate")]
    [InlineData("chains x y")]
    [InlineData("chains x --receipt")]
    [InlineData("chains x --at 3")]
    [InlineData("chains x --grain buyer/b1")]
    [InlineData("chains x --at yesterday --grain buyer/b1")]
    [InlineData("chains x --at 2026-07-01T00:00:00 --grain buyer/b1")]
    [InlineData("chains x --at -1 --grain buyer/b1")]
    [InlineData("chains x --at 3 --grain buyer")]
    [InlineData("chains x --at 3 --grain operator/main")]
    public void A_wrong_call_says_how_it_is_right(string call)
    {
        var run = Verifier.Run(call.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(ExitCode.NotJudged, run.ExitCode);
        Assert.StartsWith("usage: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void Help_is_given_on_the_output()
    {
        var run = Verifier.Run("chains", "--help");

        Assert.Equal(ExitCode.Accepted, run.ExitCode);
        Assert.Contains("--receipt", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_readable_summary_says_what_was_and_what_was_not_established()
    {
        using var folder = new Folder();
        var file = folder.Write("evidence.chain", BuyerStory.Tell().ToFile());

        var lines = Verifier.Run("chains", file).Output.Split('\n', StringSplitOptions.TrimEntries);

        Assert.Equal("accepted", lines[0]);
        Assert.Contains(lines, line => line.EndsWith("3 chains, 9 entries, 1 content items", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("yes  consistent", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("yes  lawful by the rules", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("open lawful deliveries", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("open matches 0 kept receipts", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("open not anchored", StringComparison.Ordinal));
    }

    [Fact]
    public void The_readable_refusal_names_the_entry_and_both_sides()
    {
        var story = BuyerStory.Tell();
        var entries = story.EntriesOf(BuyerStory.Buyers[2]);
        entries[1] = (byte[])entries[1].Clone();
        entries[1][^1] ^= 1;
        using var folder = new Folder();
        var file = folder.Write("evidence.chain", Raw.Write(story, BuyerStory.Buyers));

        var run = Verifier.Run("chains", file);

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Contains("first bad entry: buyer/b3, index 1", run.Output, StringComparison.Ordinal);
        Assert.Contains("expected: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("found:    ", run.Output, StringComparison.Ordinal);
    }
}
