namespace Exchange.Grains.Replay;

/// <summary>What came of deciding an entry again.</summary>
/// <param name="Questions">What the command asks of other chains; the facts answer them one by one.</param>
public sealed record Decided(
    ImmutableArray<Event> Events, ImmutableArray<FactQuestion> Questions, ImmutableArray<CitedFact> Facts);
