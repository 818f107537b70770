namespace Exchange.Grains.Rules;

/// <summary>
/// Reads the facts of an envelope by the chain they were asked of, so that no other chain can answer.
/// </summary>
internal static class CitedFacts
{
    internal static TFact? FactOf<TFact>(this CommandEnvelope envelope, ChainId chain)
        where TFact : Fact
    {
        foreach (var cited in envelope.Facts)
        {
            if (cited.Chain == chain && cited.Value is TFact fact)
            {
                return fact;
            }
        }

        return null;
    }
}
