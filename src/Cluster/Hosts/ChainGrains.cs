namespace Exchange.Cluster.Hosts;

// family: one class for each kind of grain, so that each has a name, a place and an age of its own

/// <summary>The chain of the exchange itself.</summary>
[GrainType("exchange")]
public sealed class ExchangeChain(SiloGrains grains) : ChainGrain(grains, GrainKind.Exchange);

/// <summary>A department's chain.</summary>
[GrainType("department")]
public sealed class DepartmentChain(SiloGrains grains) : ChainGrain(grains, GrainKind.Department);

/// <summary>A household's chain.</summary>
[GrainType("household")]
public sealed class HouseholdChain(SiloGrains grains) : ChainGrain(grains, GrainKind.Household);

/// <summary>The chain of a department's number for a household or person.</summary>
[GrainType("identifier")]
public sealed class IdentifierChain(SiloGrains grains) : ChainGrain(grains, GrainKind.Identifier);

/// <summary>A notice's chain.</summary>
[GrainType("notice")]
public sealed class NoticeChain(SiloGrains grains) : ChainGrain(grains, GrainKind.Notice);

/// <summary>A buyer's chain.</summary>
[GrainType("buyer")]
public sealed class BuyerChain(SiloGrains grains) : ChainGrain(grains, GrainKind.Buyer);

/// <summary>A dataset's chain.</summary>
[GrainType("dataset")]
public sealed class DatasetChain(SiloGrains grains) : ChainGrain(grains, GrainKind.Dataset);

/// <summary>An agreement's chain.</summary>
[GrainType("agreement")]
public sealed class AgreementChain(SiloGrains grains) : ChainGrain(grains, GrainKind.Agreement);

/// <summary>The chain of a regulator's access to histories.</summary>
[GrainType("access")]
public sealed class AccessChain(SiloGrains grains) : ChainGrain(grains, GrainKind.Access);

/// <summary>How Orleans names the kinds.</summary>
public static class ChainGrainTypes
{
    public static readonly ImmutableSortedDictionary<GrainKind, Type> All = new Dictionary<GrainKind, Type>
    {
        [GrainKind.Exchange] = typeof(ExchangeChain),
        [GrainKind.Department] = typeof(DepartmentChain),
        [GrainKind.Household] = typeof(HouseholdChain),
        [GrainKind.Identifier] = typeof(IdentifierChain),
        [GrainKind.Notice] = typeof(NoticeChain),
        [GrainKind.Buyer] = typeof(BuyerChain),
        [GrainKind.Dataset] = typeof(DatasetChain),
        [GrainKind.Agreement] = typeof(AgreementChain),
        [GrainKind.Access] = typeof(AccessChain),
    }.ToImmutableSortedDictionary();

    /// <summary>The grain of a chain, wherever it runs.</summary>
    internal static IChainGrain Of(IGrainFactory grains, ChainId chain) =>
        grains.GetGrain<IChainGrain>(GrainId.Create(chain.KindName, chain.Key.Value));
}
