namespace Exchange.Verify.Tests;

public sealed class ProgressTests
{
    [Fact]
    public void Short_work_says_nothing()
    {
        using var folder = new Folder();
        var path = folder.Write("evidence.chain", ReliefStory.Tell(households: 200).Story.ToFile());

        Assert.Equal("", Verifier.Run(new SteppingClock(TimeSpan.Zero), "chains", path, "--audit").Error);
    }

    [Fact]
    public void Long_work_says_how_far_it_is_of_how_much()
    {
        using var folder = new Folder();
        var story = ReliefStory.Tell(households: 400).Story;
        var path = folder.Write("evidence.chain", story.ToFile());

        var run = Verifier.Run(new SteppingClock(TimeSpan.FromMilliseconds(600)), "chains", path, "--audit");

        var lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var total = FormattableString.Invariant($"of {story.EntryCount:N0} entries");
        Assert.Contains(lines, line => line.StartsWith("checking hashes and order: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("deciding again: ", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains(total, line, StringComparison.Ordinal));
    }

    // Every look at it finds it later.
    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += step.Ticks;
    }
}
