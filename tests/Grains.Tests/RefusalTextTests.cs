namespace Exchange.Grains.Tests;

/// <summary>What the API says of a refusal is what the page of refusals says.</summary>
public sealed class RefusalTextTests
{
    [Fact]
    public void Every_refusal_has_a_name_a_status_and_an_advice()
    {
        Assert.Equal(Enum.GetValues<Refusal>(), RefusalText.All.Select(text => text.Refusal));
        Assert.All(RefusalText.All, text => Assert.Contains(text.Status, new[] { 400, 403, 409, 412, 413, 422 }));
        Assert.All(RefusalText.All, text => Assert.EndsWith(".", text.Advice, StringComparison.Ordinal));
        Assert.Equal("consent-withdrawn", RefusalText.Of(Refusal.ConsentWithdrawn).Name);
        Assert.False(RefusalText.Of(Refusal.ConsentWithdrawn).Retryable);
        Assert.True(RefusalText.Of(Refusal.HeadMoved).Retryable);
    }

    [Fact]
    public void A_refusal_of_a_later_release_has_a_general_text()
    {
        var text = RefusalText.Of((Refusal)9_999);

        Assert.Equal(("refusal-9999", 409), (text.Name, text.Status));
    }

    [Fact]
    public void The_page_gives_the_same_advice_and_status()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "refusals.md"));
        var sections = page.Split("\n## ").ToDictionary(section => section.Split('\n')[0], section => string.Join(
            ' ', section.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)));

        foreach (var text in RefusalText.All)
        {
            var section = sections[$"{(int)text.Refusal} {text.Refusal}"];
            Assert.EndsWith($"{text.Advice} Status {text.Status}.", section, StringComparison.Ordinal);
        }
    }
}
