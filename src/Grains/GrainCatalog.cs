using Exchange.Grains.Accesses;
using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Departments;
using Exchange.Grains.Exchanges;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;
using Exchange.Grains.Notices;

namespace Exchange.Grains;

/// <summary>The rules of each kind of grain that has a chain.</summary>
public static class GrainCatalog
{
    /// <summary>All rules, by kind.</summary>
    public static readonly ImmutableSortedDictionary<GrainKind, GrainRules> Rules = new GrainRules[]
    {
        ExchangeRules.Instance, DepartmentRules.Instance, HouseholdRules.Instance, IdentifierRules.Instance,
        NoticeRules.Instance, BuyerRules.Instance, DatasetRules.Instance, AgreementRules.Instance, AccessRules.Instance,
    }.ToImmutableSortedDictionary(rules => rules.Kind, rules => rules);

    /// <summary>The chain of the exchange itself.</summary>
    public static readonly ChainId Self = ChainId.Parse("exchange/self");

    /// <summary>The rules of a kind, or nothing where grains of that kind do not exist.</summary>
    public static GrainRules? Find(GrainKind kind) => Rules.GetValueOrDefault(kind);
}
