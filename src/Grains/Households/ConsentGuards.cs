using Exchange.Grains.Buyers;
using Exchange.Grains.Codes;
using Exchange.Grains.Facts;

namespace Exchange.Grains.Households;

/// <summary>What can be wrong with what a consent says; each answers with the first that is.</summary>
internal static class ConsentGuards
{
    internal const int RetentionDaysMax = 36_500;

    internal static Refusal? WrongTerms(ConsentTerms terms, UnixMilliseconds time) => terms switch
    {
        { Columns.IsEmpty: true } or { Purposes.IsEmpty: true } or { Methods.IsEmpty: true } => Refusal.ConsentEmpty,
        { Validity.IsEmpty: true } => Refusal.PeriodEmpty,
        _ when terms.Validity.Until <= time => Refusal.ConsentExpired,
        { RetentionDays: < 0 or > RetentionDaysMax } => Refusal.RetentionInvalid,
        _ when !terms.Purposes.All(PurposeCodes.IsListed) => Refusal.PurposeUnknown,
        { Recipient.Kind: not (GrainKind.Buyer or GrainKind.Department) } => Refusal.RecipientUnknown,
        _ => null,
    };

    internal static Refusal? WrongSignature(HouseholdCase on, GrantConsent c) => c.Collection.SignedAt switch
    {
        null when on.OnPaper => Refusal.SignatureTimeMissing,
        _ when on.OnPaper && c.Collection.Scan is null => Refusal.ScanMissing,
        { } signed when signed > on.Time => Refusal.SignedInFuture,
        { } signed when on.State.Withdrawals.Any(each => signed < each.At && Matches(each, c.Terms)) =>
            Refusal.SignedBeforeWithdrawal,
        _ => null,
    };

    internal static Refusal? WrongGiver(HouseholdCase on, GrantConsent c) => c switch
    {
        _ when FirstAbsent(on, c.Terms.Members) is { } absent => absent,
        _ when FirstAbsent(on, c.AuthorisedBy) is { } absent => absent,

        // Nobody gave it by name: the household's own token speaks for all its adults.
        { Giver: null } => on.ByItself && c is { Capacity: Capacity.Self, AuthorisedBy.IsEmpty: true }
            ? null
            : Refusal.CapacityInvalid,
        { Giver: { } giver } when on.Absent(giver) is { } absent => absent,
        _ when !HasCapacity(on, c) => Refusal.CapacityInvalid,
        _ => FirstNotSpokenFor(on, c),
    };

    internal static Refusal? WrongReference(HouseholdCase on, ConsentTerms terms)
    {
        var notice = on.Envelope.FactOf<NoticeFact>(new(GrainKind.Notice, terms.Notice.Notice));
        var dataset = on.Envelope.FactOf<DatasetFact>(new(GrainKind.Dataset, terms.Dataset));
        return terms switch
        {
            _ when notice is null => Refusal.NoticeUnknown,
            _ when notice.Document != terms.Notice.Digest => Refusal.NoticeDigestDiffers,
            _ when WrongRecipient(on, terms.Recipient) is { } wrong => wrong,
            _ when dataset is null => Refusal.DatasetUnknown,
            _ when !dataset.ColumnsKnown => Refusal.ColumnsUnknown,
            _ => null,
        };
    }

    /// <summary>Whether a change stays inside the terms in every respect.</summary>
    internal static bool IsWithin(ConsentTerms terms, NarrowConsent c) =>
        (c.Columns is null || c.Columns.IsSubsetOf(terms.Columns))
        && (c.Purposes is null || c.Purposes.IsSubsetOf(terms.Purposes))
        && (c.Methods is null || c.Methods.IsSubsetOf(terms.Methods))
        && !(c.Until > terms.Validity.Until)
        && !(c.RetentionDays > terms.RetentionDays);

    /// <summary>Whether a narrowing left the terms as they were; it changes nothing but these.</summary>
    internal static bool IsSame(ConsentTerms terms, ConsentTerms narrowed) =>
        terms.Columns.Count == narrowed.Columns.Count
        && terms.Purposes.Count == narrowed.Purposes.Count
        && terms.Methods.Count == narrowed.Methods.Count
        && terms.Validity == narrowed.Validity
        && terms.RetentionDays == narrowed.RetentionDays;

    /// <summary>A consent, a recipient or neither: exactly what the scope is about.</summary>
    internal static bool NamesItsScope(WithdrawConsent c) => c.Scope switch
    {
        WithdrawalScope.ThisConsent => c is { Consent: not null, Recipient: null },
        WithdrawalScope.AllForRecipient => c is { Consent: null, Recipient: not null },
        WithdrawalScope.Everything => c is { Consent: null, Recipient: null },
        _ => false,
    };

    private static bool Matches(Withdrawal withdrawal, ConsentTerms terms) =>
        (withdrawal.Recipient is not { } recipient || recipient == terms.Recipient)
        && (withdrawal.Dataset is not { } dataset || dataset == terms.Dataset);

    private static Refusal? FirstAbsent(HouseholdCase on, ImmutableSortedSet<GrainKey> members)
    {
        foreach (var member in members)
        {
            if (on.Absent(member) is { } absent)
            {
                return absent;
            }
        }

        return null;
    }

    private static bool HasCapacity(HouseholdCase on, GrantConsent c)
    {
        var giver = on.State.Members[c.Giver!.Value];
        var othersAreAdult = c.AuthorisedBy.All(member => Ages.IsAdult(on.State.Members[member], on.Time));
        var isAdult = Ages.IsAdult(giver, on.Time);
        return c.Capacity switch
        {
            // From fourteen on a minor speaks for itself, and for nobody else.
            Capacity.Self => c.AuthorisedBy.IsEmpty && !Ages.IsUnderFourteen(giver, on.Time),
            Capacity.Guardian => isAdult && c.AuthorisedBy.IsEmpty && Covered(on, c).Any(member =>
                !Ages.IsAdult(member.Value, on.Time) && member.Value.Guardians.Contains(c.Giver.Value)),
            Capacity.Authorised => isAdult && !c.AuthorisedBy.IsEmpty && othersAreAdult,
            _ => false,
        };
    }

    private static Refusal? FirstNotSpokenFor(HouseholdCase on, GrantConsent c)
    {
        foreach (var (id, member) in Covered(on, c))
        {
            if (!ConsentRules.IsSpokenFor(id, member, on.Time, key => key == c.Giver || c.AuthorisedBy.Contains(key)))
            {
                return Ages.IsAdult(member, on.Time) ? Refusal.AdultNotCovered : Refusal.GuardianMissing;
            }
        }

        return null;
    }

    private static IEnumerable<KeyValuePair<GrainKey, Member>> Covered(HouseholdCase on, GrantConsent c) =>
        c.Terms.Members.IsEmpty ? on.State.Members : on.State.Members.Where(m => c.Terms.Members.Contains(m.Key));

    private static Refusal? WrongRecipient(HouseholdCase on, ChainId recipient) => recipient.Kind switch
    {
        GrainKind.Department => on.Envelope.FactOf<DepartmentFact>(recipient) is null ? Refusal.RecipientUnknown : null,
        _ => on.Envelope.FactOf<BuyerFact>(recipient)?.Status switch
        {
            null => Refusal.RecipientUnknown,
            BuyerStatus.Approved => null,
            BuyerStatus.Suspended => Refusal.BuyerSuspended,
            _ => Refusal.BuyerNotApproved,
        },
    };
}
