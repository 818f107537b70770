namespace Exchange.Silo.Demo;

/// <summary>What each household decides, drawn from the seed.</summary>
/// <param name="ByItself">Give consent with their own token.</param>
/// <param name="OnPaper">Sign a paper that a second officer confirms.</param>
/// <param name="Unconfirmed">Sign a paper that nobody confirms: it authorises nothing.</param>
/// <param name="Withdrawing">Those of the first two that take it back later.</param>
internal sealed record DemoChoices(
    ImmutableArray<DemoHousehold> ByItself, ImmutableArray<DemoHousehold> OnPaper,
    ImmutableArray<DemoHousehold> Unconfirmed, ImmutableArray<DemoHousehold> Withdrawing)
{
    /// <summary>
    /// Seven of ten by themselves, fifteen of a hundred on paper, five unconfirmed, the others not at all.
    /// </summary>
    internal static DemoChoices Of(ImmutableArray<DemoHousehold> households, int seed)
    {
        var random = new Random(seed);
        var drawn = households.ToLookup(_ => random.Next(100) switch
        {
            < 70 => Choice.ByItself,
            < 85 => Choice.OnPaper,
            < 90 => Choice.Unconfirmed,
            _ => Choice.None,
        });
        var (itself, paper) = (drawn[Choice.ByItself].ToImmutableArray(), drawn[Choice.OnPaper].ToImmutableArray());
        var unconfirmed = drawn[Choice.Unconfirmed].ToImmutableArray();
        if (itself.IsEmpty)
        {
            // The story needs one that withdraws in the middle of a delivery, however few there are.
            var first = households[0];
            (itself, paper, unconfirmed) = ([first], paper.Remove(first), unconfirmed.Remove(first));
        }

        return new(itself, paper, unconfirmed, [.. itself.Concat(paper).Where(_ => random.Next(100) < 12)]);
    }

    private enum Choice
    {
        None = 0,
        ByItself = 1,
        OnPaper = 2,
        Unconfirmed = 3,
    }
}
