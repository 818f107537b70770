namespace Exchange.Store;

/// <summary>Whose rows are given to be filed.</summary>
internal static class RowOwners
{
    /// <summary>A rebuild of some chains' rows must not touch another's.</summary>
    /// <exception cref="ArgumentException">A row belongs to another chain.</exception>
    internal static void RefuseStrangers(ImmutableArray<ChainRows> chains)
    {
        foreach (var (chain, rows) in chains)
        {
            var stranger = rows.FirstOrDefault(row => row.Chain != chain);
            if (stranger is not null)
            {
                throw new ArgumentException(
                    $"Expected rows of {chain}, found one of {stranger.Chain}.", nameof(chains));
            }
        }
    }
}
