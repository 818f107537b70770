using Exchange.Grains.Households;
using Exchange.Grains.Replay;
using static Exchange.Grains.Tests.Replay.Market;

namespace Exchange.Grains.Tests.Replay;

/// <summary>Who had consented is asked of a chain as it stood at a moment.</summary>
public sealed class ConsentedAtTests
{
    private const string H1 = "household/h1";

    [Fact]
    public void Who_had_consented_at_a_moment_is_folded_from_the_chain()
    {
        var story = WithConsents();
        var before = story.Now;
        story.Does(Home("h1"), H1, Withdraw("h1"));
        var then = new ChainReplay(Story.Exchange, ChainId.Parse(H1));
        foreach (var (entry, hash) in story.Of(then.Chain).Where(each => each.Entry.RecordedAt < before))
        {
            then.Apply(entry, hash);
        }

        Assert.Equal(
            Key("c-h1"), Assert.Single(ConsentedAt.Of((HouseholdState)then.State, Key("incomes"), before)).Id);
        Assert.Empty(ConsentedAt.Of((HouseholdState)then.State, Key("other"), before));
        Assert.Empty(ConsentedAt.Of(story.StateOf<HouseholdState>(H1), Key("incomes"), story.Now));
    }
}
