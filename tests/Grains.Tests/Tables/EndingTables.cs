using Exchange.Grains.Households;
using static Exchange.Grains.Refusal;
using static Exchange.Grains.Tests.Tables.Samples;
using static Exchange.Grains.Tests.Tables.World;

namespace Exchange.Grains.Tests.Tables;

/// <summary>The decision table of narrowing and ending consents.</summary>
internal static class EndingTables
{
    internal static DecisionTable OfEnding()
    {
        var table = new DecisionTable("household/home");
        Narrow(table);
        Withdraw(table);
        Invalidate(table);
        return table;
    }

    private static void Narrow(DecisionTable table)
    {
        var income = ColumnName.Parse("income");
        var narrow = new NarrowConsent(Key("c"), [income], null, null, null, null);
        var nothing = new NarrowConsent(Key("c"), null, null, null, null, null);
        var wide = nothing with { Columns = [income, ColumnName.Parse("name")] };
        var later = new UnixMilliseconds(ThisYear.Until.Value + 1);

        table.Accepts(typeof(ConsentNarrowed), Home, narrow, Registered, Given());
        table.Accepts(typeof(ConsentNarrowed), First, narrow, Registered, Given());
        table.Accepts(typeof(ConsentNarrowed), OnPaper(First), narrow, [Registered, .. Recorded(Recently, First)]);
        table.Accepts(
            typeof(ConsentNarrowed), Home, nothing with { Until = new(Now.Value + 1), RetentionDays = 0 }, Registered,
            Given());
        table.Refuses(NotPermitted, Relief, narrow, Registered, Given());
        table.Refuses(NotPermitted, Acme, wide);
        table.Refuses(HouseholdUnknown, Home, narrow);
        table.Refuses(MandateInsufficient, OfficerOf("registrar"), wide, Registered, Given());
        table.Refuses(ConsentUnknown, Home, narrow with { Columns = [] }, Registered);
        table.Refuses(ConsentWithdrawn, Home, wide, Registered, Given(), Withdrawn(Early));
        table.Refuses(ConsentLapsed, Home, narrow with { Columns = [] }, [Registered, .. Recorded(Early, First)]);
        table.Refuses(ConsentExpired, At("2027-01-01"), Home, wide, Registered, Given());
        table.Refuses(ConsentEmpty, Home, wide with { Purposes = [] }, Registered, Given());
        table.Refuses(RetentionInvalid, Home, wide with { RetentionDays = -1 }, Registered, Given());
        table.Refuses(ConsentOnlyNarrows, Home, wide with { Until = Early }, Registered, Given());
        table.Refuses(ConsentOnlyNarrows, Home, nothing with { Until = later }, Registered, Given());
        table.Refuses(ConsentOnlyNarrows, Home, nothing with { RetentionDays = 366 }, Registered, Given());
        table.Refuses(
            ConsentOnlyNarrows, Home, nothing with { Methods = [ProcessingMethod.Disclose] }, Registered, Given());
        table.Refuses(
            ConsentOnlyNarrows, Home, nothing with { Purposes = [PurposeCode.Parse("dpv:Marketing")] }, Registered,
            Given());
        table.Refuses(PeriodEmpty, Home, nothing with { Until = Now }, Registered, Given());
        table.Refuses(NothingChanged, Home, nothing with { Until = ThisYear.Until }, Registered, Given());
    }

    private static void Withdraw(DecisionTable table)
    {
        var one = new WithdrawConsent(WithdrawalScope.ThisConsent, Key("c"), null, null, null);
        var recipient = new WithdrawConsent(WithdrawalScope.AllForRecipient, null, Terms.Recipient, null, null);
        var all = new WithdrawConsent(WithdrawalScope.Everything, null, null, null, null);

        table.Accepts(typeof(ConsentsWithdrawn), Home, one, Registered, Given());
        table.Accepts(typeof(ConsentsWithdrawn), OnPaper(First), one with { SignedAt = Early }, Registered, Given());
        table.Accepts(typeof(ConsentsWithdrawn), OnPaper(First), one, [Registered, .. Recorded(Recently, First)]);
        table.Accepts([typeof(ConsentsWithdrawn)], At("2028-01-01"), Home, one, Registered, Given());
        table.Accepts(typeof(ConsentsWithdrawn), Home, one, [Registered, .. Recorded(Early, First)]);
        table.Accepts(typeof(ConsentsWithdrawn), Home, recipient, Registered, Given(), Given("d"));
        table.Accepts(typeof(ConsentsWithdrawn), Home, all, Registered);
        table.Refuses(NotPermitted, Relief, one, Registered, Given());
        table.Refuses(NotPermitted, Operator, all with { Consent = Key("c") }, Registered);
        table.Refuses(HouseholdUnknown, Home, all with { Consent = Key("c") });
        table.Refuses(OutsideDivision, OfficerOf("elsewhere"), all with { Consent = Key("c") }, Registered, Given());
        table.Refuses(WithdrawalScopeInvalid, Home, one with { Consent = null }, Registered, Given());
        table.Refuses(WithdrawalScopeInvalid, Home, recipient with { Recipient = null }, Registered, Given());
        table.Refuses(
            WithdrawalScopeInvalid, Home, all with { Consent = Key("x"), SignedAt = At("2030-01-01") }, Registered);
        table.Refuses(SignedInFuture, Home, one with { Consent = Key("x"), SignedAt = At("2030-01-01") }, Registered);
        table.Refuses(ConsentUnknown, Home, one, Registered);
        table.Refuses(ConsentWithdrawn, Home, one, Registered, Given(), Withdrawn(Early));
    }

    private static void Invalidate(DecisionTable table)
    {
        var invalidate = new InvalidateConsent(Key("c"), Sealed(9));

        table.Accepts(typeof(Exchange.Grains.Households.ConsentInvalidated), First, invalidate, Registered, Given());
        table.Accepts(typeof(Exchange.Grains.Households.ConsentInvalidated), Relief, invalidate, Registered, Given());
        table.Accepts(
            typeof(Exchange.Grains.Households.ConsentInvalidated), First, invalidate, Registered, Given(),
            Withdrawn(Early));
        table.Refuses(NotPermitted, Home, invalidate, Registered, Given());
        table.Refuses(NotPermitted, Operator, invalidate);
        table.Refuses(HouseholdUnknown, Schools, invalidate);
        table.Refuses(NotPermitted, Schools, invalidate, Registered);
        table.Refuses(MandateInsufficient, OfficerOf("registrar"), invalidate, Registered);
        table.Refuses(ConsentUnknown, Relief, invalidate, Registered);
        table.Refuses(
            Refusal.ConsentInvalidated, First, invalidate, Registered, Given(),
            (new ConsentInvalidated(Key("c"), null), Early));
    }
}
