using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Households;

namespace Exchange.Engine.Delivery;

/// <summary>What one delivery delivers, to whom and on what ground; fixed when it started.</summary>
internal sealed record DeliveryPlan(DeliveryRow Row, AgreementTerms Terms, Digest Content)
{
    internal ChainId Agreement => Row.Chain;

    /// <summary>The chains whose heads each block rests on, in the order of a manifest's heads.</summary>
    internal ImmutableArray<ChainId> Parties =>
        [Row.Chain, new(GrainKind.Dataset, Row.Dataset), Terms.Licensor, Terms.Licensee];

    internal ConsentUse Use => new(Terms.Licensee, Row.Dataset, Row.DeliveredColumns, Row.Purpose, Member: null);

    internal JournalStart Start => new(Agreement, Row.Key, Row.Dataset, Row.Revision, Row.DeliveredColumns);

    internal static ManifestHead HeadOf(ChainHead head) => new(head.Index, head.Hash);
}
