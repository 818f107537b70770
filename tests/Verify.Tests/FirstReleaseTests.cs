namespace Exchange.Verify.Tests;

/// <summary>
/// The checked-in file of the first release: this and every later version accepts it, with the same words. It is made
/// with EXCHANGE_WRITE_VECTORS=new where it is missing, and never again.
/// </summary>
public sealed class FirstReleaseTests
{
    private const string ExpectedSummary = """
        accepted
          exchange cedd4a1310e394d3c6ebc96d889c9ebf: 28 chains, 54 entries, 5 content items
          yes  consistent: every entry is canonical, in order and linked, through the stated heads
          yes  lawful by the rules: 54 entries decided again, 67 facts compared
          yes  lawful deliveries: 2 deliveries audited, 14 households in 2 blocks
          open matches 0 kept receipts: none were given
          open not anchored: until there are signed checkpoints, an operator could rewrite a whole file

        """;

    [Fact]
    public void The_file_of_the_first_release_is_accepted_in_the_same_words()
    {
        var path = Path.Combine(Root(), "tests", "Vectors", "first-release.chain");
        if (Environment.GetEnvironmentVariable("EXCHANGE_WRITE_VECTORS") == "new" && !File.Exists(path))
        {
            File.WriteAllBytes(path, Tell().Story.ToFile());
        }

        var run = Verifier.Run("chains", path, "--audit");

        Assert.Equal(ExpectedSummary, run.Output.ReplaceLineEndings("\n"));
        Assert.Equal(ExitCode.Accepted, run.ExitCode);
        Assert.Equal("", run.Error);
    }

    // On paper, confirmed and unconfirmed; two deliveries and a withdrawal between them.
    private static ReliefStory Tell()
    {
        var story = new ReliefStory("first release");
        story.Prepare();
        story.AppointOfficers();
        var all = Enumerable.Range(0, 11).ToList();
        all.ForEach(story.Register);
        all.ForEach(story.Link);
        story.Publish();
        Enumerable.Range(0, 7).ToList().ForEach(story.Consent);
        story.ConsentOnPaper(7);
        story.ConsentOnPaper(8);
        story.Confirm(7);
        story.License();
        _ = story.Deliver("delivery-1", Enumerable.Range(0, 8));
        story.Withdraw(2);
        story.Withdraw(7);
        _ = story.Deliver("delivery-2", [0, 1, 3, 4, 5, 6]);
        return story;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Expected to run inside the repository.");
        }

        return folder.FullName;
    }
}
