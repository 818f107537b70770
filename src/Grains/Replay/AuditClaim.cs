using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Datasets;
using Exchange.Grains.Facts;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;

namespace Exchange.Grains.Replay;

// family: what a manifest claims of each chain

/// <summary>
/// That a chain admitted one block or leaf at the moment its read began. Judged on the state at the head that was seen
/// and of all that was recorded before that moment: an ending above the head seen counts if it is earlier than the
/// moment.
/// </summary>
/// <param name="Seen">The head seen; where no hash is known, an entry that must have been there.</param>
/// <param name="At">When the read began.</param>
internal abstract record AuditClaim(
    AuditedDelivery Delivery, int Block, EntryIndex Seen, Digest? SeenHash, UnixMilliseconds At)
{
    /// <summary>What it is when the chain or the entry seen is not there.</summary>
    internal virtual ViolationKind Unknown => ViolationKind.HeadSeenUnknown;

    /// <summary>What is wrong; nothing where the chain admitted it.</summary>
    internal abstract Finding? Judge(GrainState state);
}

/// <summary>What is wrong with a claim.</summary>
internal readonly record struct Finding(ViolationKind Kind, Refusal? Reason)
{
    internal static Finding? Of(ViolationKind kind, Refusal? reason) => reason is null ? null : new(kind, reason);
}

internal sealed record AgreementClaim(
    AuditedDelivery Delivery, int Block, EntryIndex Seen, Digest? SeenHash, UnixMilliseconds At)
    : AuditClaim(Delivery, Block, Seen, SeenHash, At)
{
    internal override Finding? Judge(GrainState state)
    {
        var agreement = (AgreementState)state;
        return agreement.Running?.Delivery != Delivery.Delivery
            ? new(ViolationKind.AgreementNotInForce, Refusal.DeliveryEnded)
            : Finding.Of(
                ViolationKind.AgreementNotInForce, DeliveryRules.WhyNot(agreement, Delivery.Columns, At));
    }
}

internal sealed record LicensorClaim(
    AuditedDelivery Delivery, int Block, EntryIndex Seen, Digest? SeenHash, UnixMilliseconds At)
    : AuditClaim(Delivery, Block, Seen, SeenHash, At)
{
    internal override Finding? Judge(GrainState state) => Finding.Of(
        ViolationKind.LicensorNotInForce, DeliveryRules.WhyNotLicensor(Delivery.Terms, state));
}

internal sealed record LicenseeClaim(
    AuditedDelivery Delivery, int Block, EntryIndex Seen, Digest? SeenHash, UnixMilliseconds At)
    : AuditClaim(Delivery, Block, Seen, SeenHash, At)
{
    internal override Finding? Judge(GrainState state) => Finding.Of(
        ViolationKind.LicenseeNotInForce, DeliveryRules.WhyNotLicensee(Delivery.Terms, state));
}

/// <param name="OfMembers">Whether its leaves name members; nothing where there are none.</param>
internal sealed record DatasetClaim(
    AuditedDelivery Delivery, int Block, EntryIndex Seen, Digest? SeenHash, UnixMilliseconds At, bool? OfMembers)
    : AuditClaim(Delivery, Block, Seen, SeenHash, At)
{
    internal override Finding? Judge(GrainState state)
    {
        var question = new RevisionQuestion(
            new(GrainKind.Dataset, Delivery.Terms.Dataset), Delivery.Revision, Delivery.Columns);
        var answer = question.Answer(state) as RevisionFact;
        return Finding.Of(ViolationKind.DatasetNotInForce, DeliveryRules.WhyNot(Delivery.Terms, answer))
            ?? (OfMembers is { } members && members != (answer!.Level == SubjectLevel.Member)
                ? new Finding(ViolationKind.SubjectLevelDiffers, Reason: null)
                : null);
    }
}

/// <param name="Consent">The entry that created the consent relied on.</param>
internal sealed record ConsentClaim(
    AuditedDelivery Delivery, int Block, EntryIndex Seen, Digest? SeenHash, UnixMilliseconds At, GrainKey? Member,
    EntryIndex Consent)
    : AuditClaim(Delivery, Block, Seen, SeenHash, At)
{
    internal static ConsentClaim Of(AuditedDelivery delivery, ManifestLeaf leaf, UnixMilliseconds at) => new(
        delivery, leaf.Block, leaf.HeadSeen.Index, leaf.HeadSeen.Hash, at, leaf.Member, leaf.Consent);

    /// <summary>The consent relied on, while it has not ended.</summary>
    internal Consent? ReliedOn(HouseholdState household)
    {
        foreach (var consent in household.Consents.Values)
        {
            if (consent.Entry == Consent)
            {
                return consent;
            }
        }

        return null;
    }

    internal override Finding? Judge(GrainState state)
    {
        var household = (HouseholdState)state;
        return Consent > Seen || ReliedOn(household) is not { } consent
            ? new(ViolationKind.ConsentEnded, Reason: null)
            : WhyNot(household, consent) is { } kind ? new(kind, Reason: null) : null;
    }

    private ViolationKind? WhyNot(HouseholdState household, Consent consent)
    {
        var terms = Delivery.Terms;
        var use = new ConsentUse(terms.Licensee, terms.Dataset, Delivery.Columns, terms.Purpose, Member);
        return consent.Terms switch
        {
            _ when !ConsentRules.IsLive(consent, At) => ViolationKind.ConsentNotLive,
            { Recipient: var recipient } when recipient != use.Recipient => ViolationKind.RecipientNotCovered,
            { Dataset: var dataset } when dataset != use.Dataset => ViolationKind.DatasetNotCovered,
            _ when !ConsentRules.CoversColumns(consent, use.Columns) => ViolationKind.ColumnsNotCovered,
            { Purposes: var purposes } when !purposes.Contains(use.Purpose) => ViolationKind.PurposeNotCovered,
            _ when !ConsentRules.Permits(consent, use, household.Members, At) => ViolationKind.MemberNotCovered,
            _ => null,
        };
    }
}

/// <summary>That an identifier stood for the household, and for the member where rows are about members.</summary>
internal sealed record LinkClaim(
    AuditedDelivery Delivery, int Block, EntryIndex Seen, UnixMilliseconds At, GrainKey Household, GrainKey? Member)
    : AuditClaim(Delivery, Block, Seen, SeenHash: null, At)
{
    internal override ViolationKind Unknown => ViolationKind.LinkUnknown;

    internal override Finding? Judge(GrainState state) => ((IdentifierState)state).Link switch
    {
        { } link when link.Entry != Seen => new(ViolationKind.LinkEnded, Reason: null),
        { } link when link.Department != Delivery.Terms.Licensor.Key =>
            new(ViolationKind.LinkDiffers, Reason: null),
        { } link when link.Household != Household || (Member is { } member && link.Member != member) =>
            new(ViolationKind.LinkDiffers, Reason: null),
        null => new(ViolationKind.LinkUnknown, Reason: null),
        _ => null,
    };
}
