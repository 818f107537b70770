using Exchange.Engine.Contents;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Households;

namespace Exchange.Engine.Delivery;

/// <summary>Decides about the rows of one place by what a block's read saw. Pure.</summary>
/// <param name="use">The use that consents must cover; the member is taken from each place.</param>
internal sealed class BlockFilter(ConsentUse use)
{
    /// <summary>The consent relied on, with the link that is current; or why the rows are withheld.</summary>
    internal Verdict Judge(BlockView view, SubjectPlace place, UnixMilliseconds time)
    {
        if (!view.Links.TryGetValue(place.Identifier, out var link) || link.Household != place.Household
            || (place.Member is not null && link.Member != place.Member))
        {
            return new(WithheldFor: WithheldReason.LinkEnded);
        }

        if (!view.Consents.TryGetValue(place.Household, out var consents)
            || !view.HouseholdHeads.TryGetValue(place.Household, out var head)
            || !view.Members.TryGetValue(place.Household, out var members))
        {
            return new(WithheldFor: WithheldReason.NoConsent);
        }

        var wanted = place.Member == use.Member ? use : use with { Member = place.Member };
        var reason = WithheldReason.NoConsent;
        foreach (var consent in consents)
        {
            if (!ConsentRules.IsLive(consent, time))
            {
                continue;
            }

            var why = WhyNot(consent, wanted, members, time);
            if (why is null)
            {
                return new(new(consent.Entry, link.Entry, head), WithheldFor: null);
            }

            reason = Nearer(reason, why.Value);
        }

        return new(WithheldFor: reason);
    }

    private static WithheldReason? WhyNot(
        Consent consent, ConsentUse wanted, ImmutableSortedDictionary<GrainKey, Member> members,
        UnixMilliseconds time) =>
        consent.Terms.Recipient != wanted.Recipient || consent.Terms.Dataset != wanted.Dataset
            ? WithheldReason.NoConsent
        : !consent.Terms.Purposes.Contains(wanted.Purpose) ? WithheldReason.PurposeNotCovered
        : !ConsentRules.CoversSubject(consent, wanted, members, time) ? WithheldReason.MemberNotCovered
        : !ConsentRules.CoversColumns(consent, wanted.Columns) ? WithheldReason.ColumnsNotCovered
        : null;

    // Where several consents are not enough, the reason of the one that comes nearest is given.
    private static WithheldReason Nearer(WithheldReason one, WithheldReason other) => Nearness(other) > Nearness(one)
        ? other
        : one;

    private static int Nearness(WithheldReason reason) => reason switch
    {
        WithheldReason.ColumnsNotCovered => 3,
        WithheldReason.MemberNotCovered => 2,
        WithheldReason.PurposeNotCovered => 1,
        _ => 0,
    };

    /// <summary>The ground of rows that are given, or why they are withheld.</summary>
    internal readonly record struct Verdict(Ground? Ground, WithheldReason? WithheldFor)
    {
        internal Verdict(WithheldReason? WithheldFor)
            : this(null, WithheldFor)
        {
        }
    }

    /// <summary>What a manifest says about rows that are given.</summary>
    internal sealed record Ground(EntryIndex Consent, EntryIndex Link, ChainHead HouseholdHead);
}
