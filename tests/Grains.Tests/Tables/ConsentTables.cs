using Exchange.Grains.Households;
using static Exchange.Grains.Refusal;
using static Exchange.Grains.Tests.Tables.Samples;
using static Exchange.Grains.Tests.Tables.World;

namespace Exchange.Grains.Tests.Tables;

/// <summary>The decision table of giving and confirming consents.</summary>
internal static class ConsentTables
{
    private static readonly Type[] OnRecord = [typeof(ConsentRecorded), typeof(ConsentRecorderNamed)];

    internal static DecisionTable OfGiving()
    {
        var table = new DecisionTable("household/home");
        Who(table);
        What(table);
        Signature(table);
        ForWhom(table);
        References(table);
        return table;
    }

    internal static DecisionTable OfConfirming()
    {
        var table = new DecisionTable("household/home");
        var byToken = new ConfirmConsent(Key("c"), ConfirmationMeans.HouseholdToken, null, null);
        var bySecond = new ConfirmConsent(Key("c"), ConfirmationMeans.SecondOfficer, Sealed(1), NoticeText);
        var byFirst = Recorded(Recently, First).Prepend(Registered).ToArray();
        var longAgo = Recorded(Early, First).Prepend(Registered).ToArray();
        var confirmed = (
            (Event)new ConsentConfirmed(Key("c"), bySecond.Means, bySecond.Witness, bySecond.Scan), Recently);

        table.Accepts(typeof(ConsentConfirmed), Home, byToken, byFirst);
        table.Accepts(typeof(ConsentConfirmed), Second, bySecond, byFirst);
        table.Accepts(typeof(ConsentConfirmed), OnPaper(Second), bySecond, byFirst);
        table.Refuses(ConfirmationMeansReserved, Operator, bySecond with { Means = ConfirmationMeans.TelephoneCode });
        table.Refuses(NotPermitted, Home, bySecond, byFirst);
        table.Refuses(NotPermitted, Second, byToken, byFirst);
        table.Refuses(NotPermitted, Relief, bySecond, byFirst);
        table.Refuses(NotPermitted, Neighbour, byToken, byFirst);
        table.Refuses(HouseholdUnknown, Second, bySecond);
        table.Refuses(MandateInsufficient, OfficerOf("registrar"), bySecond with { Consent = Key("x") }, byFirst);
        table.Refuses(ConsentUnknown, Second, bySecond with { Consent = Key("x"), Witness = null }, byFirst);
        table.Refuses(ConsentWithdrawn, Home, byToken, [.. byFirst, Withdrawn(Recently)]);
        table.Refuses(ConsentNotRecorded, Home, byToken, Registered, Given());
        table.Refuses(ConsentAlreadyGiven, First, bySecond, [.. byFirst, confirmed]);
        table.Refuses(ConsentLapsed, First, bySecond, longAgo);
        table.Refuses(ConsentLapsed, LapseOf(Recently), Home, byToken, byFirst);
        table.Accepts([typeof(ConsentConfirmed)], Before(LapseOf(Recently)), Home, byToken, byFirst);
        table.Refuses(
            ConsentExpired, At("2027-01-01"), Home, byToken,
            [.. Recorded(At("2026-12-24"), First).Prepend(Registered)]);
        table.Refuses(ConfirmerIsRecorder, First, bySecond with { Witness = null, Scan = null }, byFirst);
        table.Refuses(
            ConfirmerIsRecorder, OfficerOf("second", "p"), bySecond,
            [.. Recorded(Recently, OfficerOf("first", "p")).Prepend(Registered)]);
        table.Refuses(
            ConfirmerIsRecorder, OfficerOf("first"), bySecond,
            [.. Recorded(Recently, OfficerOf("first", "p")).Prepend(Registered)]);
        table.Refuses(WitnessMissing, Second, bySecond with { Witness = null, Scan = null }, byFirst);
        table.Refuses(ScanMissing, Second, bySecond with { Scan = null }, byFirst);
        return table;
    }

    private static void Who(DecisionTable table)
    {
        var onPaper = ByMa with { Collection = Paper };

        table.Accepts(typeof(ConsentGiven), Home, ByToken, Registered);
        table.Accepts(typeof(ConsentGiven), Home, ByMa, Registered);
        table.Accepts(OnRecord, Now, First, ByMa, Registered);
        table.Accepts(OnRecord, Now, OnPaper(First), onPaper, Registered);
        table.Refuses(NotPermitted, Relief, ByMa, Registered);
        table.Refuses(NotPermitted, Operator, ByMa);
        table.Refuses(NotPermitted, Acme, ByMa, Registered);
        table.Refuses(NotPermitted, Neighbour, ByToken, Registered);
        table.Refuses(NotPermitted, OnPaper(Home), ByToken, Registered);
        table.Refuses(NotPermitted, First with { Channel = Channel.Self }, ByMa, Registered);
        table.Refuses(NotPermitted, First with { Channel = Channel.Import }, ByMa, Registered);
        table.Refuses(HouseholdUnknown, OfficerOf("nobody"), ByMa);
        table.Refuses(OfficerUnknown, OfficerOf("nobody"), ByMa, Registered, Given());
        table.Refuses(NotPermitted, First with { OnBehalfOf = Schools.Id }, ByMa, Registered);
        table.Refuses(Refusal.OfficerRevoked, OfficerOf("gone"), ByMa, Registered);
        table.Refuses(MandateNotInForce, OfficerOf("late"), ByMa, Registered);
        table.Refuses(MandateInsufficient, OfficerOf("registrar"), ByMa, Registered);
        table.Refuses(OutsideDivision, OfficerOf("elsewhere"), ByMa, Registered);
    }

    private static void What(DecisionTable table)
    {
        var empty = Terms with { Columns = [], Validity = new(Now, Now) };
        var many = Enumerable.Range(0, HouseholdState.ConsentsMax).Select(number => Given($"c{number}"));
        var invalidated = ((Event)new ConsentInvalidated(Key("c"), null), Early);
        var next = ByToken with { Consent = Key("d"), Supersedes = Key("c") };
        var over = ((Event)new ConsentGiven(Key("d"), null, Capacity.Self, [], Terms, NoPaper, Key("c")), Early);

        table.Accepts(typeof(ConsentGiven), Home, next, Registered, Given());
        table.Refuses(ConsentAlreadyExists, Home, ByToken with { Terms = empty }, Registered, Given());
        table.Refuses(ConsentAlreadyExists, Home, ByToken, Registered, Given(), Withdrawn(Early));
        table.Refuses(TooManyConsents, Home, ByToken with { Terms = empty }, [.. many.Prepend(Registered)]);
        table.Refuses(ConsentUnknown, Home, next with { Terms = empty }, Registered);
        table.Refuses(ConsentWithdrawn, Home, next, Registered, Given(), Withdrawn(Early));
        table.Refuses(Refusal.ConsentInvalidated, Home, next, Registered, Given(), invalidated);
        table.Refuses(ConsentSuperseded, Home, next with { Consent = Key("e") }, Registered, Given(), over);
        table.Refuses(ConsentEmpty, Home, ByToken with { Terms = empty }, Registered);
        table.Refuses(ConsentEmpty, Home, ByToken with { Terms = Terms with { Purposes = [] } }, Registered);
        table.Refuses(ConsentEmpty, Home, ByToken with { Terms = Terms with { Methods = [] } }, Registered);
        table.Refuses(
            PeriodEmpty, Home, ByToken with { Terms = Terms with { Validity = new(Now, Now), RetentionDays = -1 } },
            Registered);
        table.Refuses(
            ConsentExpired, Home,
            ByToken with { Terms = Terms with { Validity = new(Early, Now), RetentionDays = -1 } },
            Registered);
        table.Refuses(
            RetentionInvalid, Home,
            ByToken with { Terms = Terms with { RetentionDays = -1, Purposes = [PurposeCode.Parse("dpv:Nothing")] } },
            Registered);
        table.Refuses(
            PurposeUnknown, Home,
            ByToken with { Terms = Terms with { Purposes = [PurposeCode.Parse("dpv:Purpose")], Recipient = Home.Id } },
            Registered);
        table.Refuses(
            RecipientUnknown, Home, ByToken with { Terms = Terms with { Recipient = Home.Id } }, Registered);
    }

    private static void Signature(DecisionTable table)
    {
        var onPaper = ByMa with { Collection = Paper };
        var stranger = Terms with { Members = [Key("stranger")] };
        var everything = ((Event)new ConsentsWithdrawn(WithdrawalScope.Everything, null, null, null, null), Recently);
        var recipient = ((Event)new ConsentsWithdrawn(
            WithdrawalScope.AllForRecipient, null, Terms.Recipient, null, null), Recently);
        var another = ((Event)new ConsentsWithdrawn(
            WithdrawalScope.AllForRecipient, null, Schools.Id, null, null), Recently);
        GrantConsent SignedAt(UnixMilliseconds at) => onPaper with { Collection = Paper with { SignedAt = at } };

        table.Refuses(
            SignatureTimeMissing, OnPaper(First), onPaper with { Collection = NoPaper, Terms = stranger }, Registered);
        table.Refuses(
            ScanMissing, OnPaper(First), SignedAt(At("2030-01-01")) with { Collection = new(Now, null, null, null) },
            Registered);
        table.Refuses(
            SignedInFuture, OnPaper(First), SignedAt(new(Now.Value + 1)) with { Terms = stranger }, Registered);
        table.Accepts(OnRecord, Now, OnPaper(First), SignedAt(Now), Registered);
        table.Refuses(
            SignedBeforeWithdrawal, OnPaper(First), onPaper with { Terms = stranger }, Registered, everything);
        table.Refuses(SignedBeforeWithdrawal, OnPaper(First), onPaper, Registered, recipient);
        table.Refuses(
            SignedBeforeWithdrawal, OnPaper(First), onPaper, Registered, Given("b"), Withdrawn(Recently, "b"));
        table.Refuses(
            SignedBeforeWithdrawal, OnPaper(First), SignedAt(new(Recently.Value - 1)), Registered, recipient, another);
        table.Accepts(OnRecord, Now, OnPaper(First), SignedAt(Recently), Registered, everything);
        table.Accepts(OnRecord, Now, OnPaper(First), onPaper, Registered, another);
        table.Accepts(typeof(ConsentGiven), Home, ByToken, Registered, everything);
    }

    private static void ForWhom(DecisionTable table)
    {
        var left = ((Event)new MemberRemoved(Pa.Id, null), Early);
        GrantConsent Of(Capacity capacity, GrainKey giver, params GrainKey[] members) => ByToken with
        {
            Giver = giver,
            Capacity = capacity,
            Terms = Terms with { Members = [.. members] },
        };
        var unknownNotice = Terms with { Notice = Terms.Notice with { Version = 9 } };

        table.Accepts(OnRecord, Now, First, Of(Capacity.Self, Ma.Id, Ma.Id), Registered);
        table.Accepts(OnRecord, Now, First, Of(Capacity.Self, Youth.Id, Youth.Id), Registered);
        table.Accepts(OnRecord, Now, First, Of(Capacity.Guardian, Ma.Id, Child.Id, Youth.Id), Registered);
        table.Refuses(MemberUnknown, Home, Of(Capacity.Self, Ma.Id, Key("stranger")) with { Giver = null }, Registered);
        table.Refuses(MemberUnknown, Home, ByMa with { AuthorisedBy = [Key("stranger")] }, Registered);
        table.Refuses(MemberUnknown, First, Of(Capacity.Guardian, Key("stranger"), Ma.Id), Registered);
        table.Refuses(MemberHasLeft, First, Of(Capacity.Self, Ma.Id, Pa.Id), Registered, left);
        table.Refuses(MemberHasLeft, First, Of(Capacity.Self, Pa.Id, Ma.Id), Registered, left);
        table.Refuses(CapacityInvalid, First, ByToken with { Terms = unknownNotice }, Registered);
        table.Refuses(CapacityInvalid, Home, ByToken with { Capacity = Capacity.Guardian }, Registered);
        table.Refuses(CapacityInvalid, Home, ByToken with { AuthorisedBy = [Pa.Id] }, Registered);
        table.Refuses(CapacityInvalid, First, Of(Capacity.Self, Child.Id, Child.Id), Registered);
        table.Refuses(CapacityInvalid, First, Of(Capacity.Guardian, Pa.Id, Child.Id), Registered);
        table.Refuses(CapacityInvalid, First, Of(Capacity.Guardian, Youth.Id, Child.Id), Registered);
        table.Refuses(CapacityInvalid, First, Of(Capacity.Authorised, Ma.Id, Ma.Id), Registered);
        table.Refuses(CapacityInvalid, First, ByMa with { AuthorisedBy = [Youth.Id] }, Registered);
        table.Refuses(
            AdultNotCovered, First, Of(Capacity.Self, Ma.Id, Ma.Id, Pa.Id), Registered);
        table.Refuses(
            AdultNotCovered, First, Of(Capacity.Self, Ma.Id) with { Terms = unknownNotice }, Registered);
        table.Refuses(GuardianMissing, First, Of(Capacity.Self, Pa.Id, Pa.Id, Child.Id), Registered);
        table.Refuses(GuardianMissing, First, Of(Capacity.Self, Youth.Id, Youth.Id, Child.Id), Registered);
    }

    private static void References(DecisionTable table)
    {
        GrantConsent With(ConsentTerms terms) => ByToken with { Terms = terms };
        var absent = ChainId.Parse("buyer/absent");
        var suspended = ChainId.Parse("buyer/suspended");
        var unknown = Key("absent");
        var other = Terms.Notice with { Digest = default };

        table.Accepts(typeof(ConsentGiven), Home, With(Terms with { Recipient = Schools.Id }), Registered);
        table.Refuses(
            NoticeUnknown, Home, With(Terms with { Notice = other with { Language = "en" }, Dataset = unknown }),
            Registered);
        table.Refuses(
            NoticeDigestDiffers, Home, With(Terms with { Notice = other, Recipient = absent }), Registered);
        table.Refuses(RecipientUnknown, Home, With(Terms with { Recipient = absent, Dataset = unknown }), Registered);
        table.Refuses(RecipientUnknown, Home, With(Terms with { Recipient = Unregistered.Id }), Registered);
        table.Refuses(BuyerSuspended, Home, With(Terms with { Recipient = suspended, Dataset = unknown }), Registered);
        table.Refuses(
            BuyerNotApproved, Home, With(Terms with { Recipient = ChainId.Parse("buyer/waiting") }), Registered);
        table.Refuses(DatasetUnknown, Home, With(Terms with { Dataset = unknown }), Registered);
        table.Refuses(ColumnsUnknown, Home, With(Terms with { Columns = [ColumnName.Parse("name")] }), Registered);
    }

    private static UnixMilliseconds LapseOf(UnixMilliseconds recorded) => new(recorded.Value + (60L * 86_400_000));

    private static UnixMilliseconds Before(UnixMilliseconds time) => new(time.Value - 1);
}
