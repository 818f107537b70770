namespace Exchange.Silo.Tests.Programs;

/// <summary>How a program ended and what it said.</summary>
public sealed record Ended(int ExitCode, string Output, string Errors)
{
    /// <summary>Holds it to a refusal that a person can act on: exit code 1, these words, and no stack trace.</summary>
    public void Refused(params string[] words)
    {
        Assert.True(ExitCode == 1, ToString());
        Assert.All(words, word => Assert.Contains(word, Errors, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", Errors, StringComparison.Ordinal);
        Assert.Empty(Output);
    }

    /// <summary>Itself, where it ended well.</summary>
    public Ended Good()
    {
        Assert.True(ExitCode == 0, ToString());
        return this;
    }
}
