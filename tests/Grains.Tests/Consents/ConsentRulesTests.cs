using Exchange.Grains.Households;
using Exchange.Grains.Tests.Tables;
using static Exchange.Grains.Tests.Tables.World;

namespace Exchange.Grains.Tests.Consents;

/// <summary>Live or not, and for whom: to the millisecond.</summary>
public sealed class ConsentRulesTests
{
    private static readonly ConsentUse Use = new(
        Samples.Terms.Recipient, Samples.Terms.Dataset, [ColumnName.Parse("income")],
        PurposeCode.Parse("gx:PovertyRelief"), null);

    [Fact]
    public void A_consent_is_live_exactly_from_its_start_or_confirmation_until_its_end_or_ending()
    {
        foreach (var seed in Seeds.All())
        {
            var random = new Random(seed);
            for (var round = 0; round < 2000; round++)
            {
                UnixMilliseconds Time() => new(1_000_000_000 + random.Next(12));
                var confirmed = random.Next(4) == 0 ? (UnixMilliseconds?)null : Time();
                var ended = random.Next(2) == 0 ? (UnixMilliseconds?)null : Time();
                var consent = Given(Samples.ByToken) with
                {
                    ConfirmedAt = confirmed,
                    EndedAt = ended,
                    Terms = Samples.Terms with { Validity = new(Time(), Time()) },
                };
                var time = Time();

                var expected = confirmed is { } at && at <= time && consent.Terms.Validity.From <= time
                    && time < consent.Terms.Validity.Until && !(ended <= time);

                Assert.True(expected == ConsentRules.IsLive(consent, time), $"seed={seed} round={round}");
            }
        }
    }

    [Fact]
    public void A_recording_lapses_sixty_days_after_it_was_entered()
    {
        var recorded = Given(Samples.ByMa) with { Status = ConsentStatus.Recorded, ConfirmedAt = null };
        var lapse = new UnixMilliseconds(recorded.RecordedAt.Value + (60L * 24 * 60 * 60 * 1000));

        Assert.False(ConsentRules.IsLapsed(recorded, new(lapse.Value - 1)));
        Assert.True(ConsentRules.IsLapsed(recorded, lapse));
        Assert.False(ConsentRules.IsLive(recorded, Now));
    }

    [Theory]
    [InlineData("2027-12-31T23:59:59.999Z", false)]
    [InlineData("2028-01-01T00:00:00.000Z", true)]
    public void A_minor_is_adult_from_the_first_day_of_the_eighteenth_year(string time, bool adult) =>
        Assert.Equal(adult, Ages.IsAdult(new(Adult: false, 2010, [], null), At(time)));

    [Theory]
    [InlineData("2024-12-31T23:59:59.999Z", true)]
    [InlineData("2025-01-01T00:00:00.000Z", false)]
    public void A_minor_is_under_fourteen_until_the_last_day_of_the_fourteenth_year(string time, bool under) =>
        Assert.Equal(under, Ages.IsUnderFourteen(new(Adult: false, 2010, [], null), At(time)));

    [Fact]
    public void Years_are_those_of_the_calendar()
    {
        for (var year = 1970; year < 2500; year++)
        {
            Assert.Equal(year, Ages.YearOf(At($"{year}-01-01T00:00:00.000Z")));
            Assert.Equal(year, Ages.YearOf(At($"{year}-02-28T12:00:00.000Z")));
            Assert.Equal(year, Ages.YearOf(At($"{year}-12-31T23:59:59.999Z")));
        }
    }

    [Fact]
    public void The_households_token_speaks_for_the_adults_of_that_moment_and_not_for_later_ones()
    {
        var state = Fold(Samples.Registered, Samples.Given());
        var joined = Fold(
            Samples.Registered, Samples.Given(), (new MemberAdded(new(Key("new"), true, null, null, [])), Now));

        Assert.True(Covers(state, null));
        Assert.True(Covers(state, "ma"));
        Assert.True(Covers(state, "child"));
        Assert.False(Covers(joined, "new"));
        Assert.True(Covers(joined, "ma"));
        Assert.False(Covers(joined, null));
    }

    [Fact]
    public void An_adult_who_neither_gave_nor_authorised_is_never_covered()
    {
        foreach (var seed in Seeds.All())
        {
            var random = new Random(seed);
            for (var round = 0; round < 500; round++)
            {
                var speakers = new[] { "ma", "pa" }.Where(_ => random.Next(2) == 0).Select(Key).ToImmutableSortedSet();
                var state = Fold(Samples.Registered);
                var consent = Given(Samples.ByToken) with { AuthorisedBy = speakers };
                foreach (var (member, entered) in state.Members)
                {
                    var expected = entered.Adult ? speakers.Contains(member) : speakers.Contains(Key("ma"));
                    Assert.True(
                        expected == ConsentRules.Covers(consent, Use with { Member = member }, state.Members, Now),
                        $"seed={seed} round={round} {member}");
                }

                Assert.Equal(speakers.Count == 2, ConsentRules.Covers(consent, Use, state.Members, Now));
            }
        }
    }

    [Fact]
    public void A_minor_who_grew_up_is_no_longer_covered_by_the_guardian()
    {
        var state = Fold(Samples.Registered, Samples.Given());
        var consent = state.Consents[Key("c")];

        Assert.True(ConsentRules.Covers(consent, Use with { Member = Key("youth") }, state.Members, At("2027-12-31")));
        Assert.False(ConsentRules.Covers(consent, Use with { Member = Key("youth") }, state.Members, At("2028-01-01")));
    }

    [Fact]
    public void Another_recipient_dataset_column_or_purpose_is_not_covered()
    {
        var state = Fold(Samples.Registered, Samples.Given());
        bool Permits(ConsentUse use) => ConsentRules.Permits(state.Consents[Key("c")], use, state.Members, Now);

        Assert.True(Permits(Use));
        Assert.False(Permits(Use with { Recipient = Schools.Id }));
        Assert.False(Permits(Use with { Dataset = Key("others") }));
        Assert.False(Permits(Use with { Columns = [ColumnName.Parse("name")] }));
        Assert.False(Permits(Use with { Purpose = PurposeCode.Parse("dpv:Marketing") }));
        Assert.False(Permits(Use with { Member = Key("stranger") }));
    }

    [Fact]
    public void Whoever_narrows_never_gets_more()
    {
        foreach (var seed in Seeds.All())
        {
            var samples = new Random(seed);
            for (var round = 0; round < 500; round++)
            {
                var state = Fold(Samples.Registered, Samples.Given());
                ImmutableSortedSet<ColumnName>? Columns() => samples.Next(2) == 0
                    ? null
                    : [.. new[] { "cause", "income", "name" }
                        .Where(_ => samples.Next(2) == 0).Select(ColumnName.Parse)];
                var command = new NarrowConsent(
                    Key("c"), Columns(), null, null,
                    samples.Next(2) == 0 ? null : new(Now.Value + samples.Next(-2, 2)),
                    samples.Next(2) == 0 ? null : samples.Next(360, 370));
                var decision = HouseholdRules.Instance.Decide(state, new(Home.Id, default, Home, command, []), Now);
                if (decision is not Decision.Accepted accepted)
                {
                    continue;
                }

                var before = state.Consents[Key("c")].Terms;
                var after = ((HouseholdState)HouseholdRules.Instance.Apply(
                    state, accepted.Events[0], new(Home.Id, new(2), Now))).Consents[Key("c")].Terms;
                Assert.True(after.Columns.IsSubsetOf(before.Columns) && !after.Columns.IsEmpty, $"seed={seed}");
                Assert.True(before.Validity.Covers(after.Validity) && !after.Validity.IsEmpty, $"seed={seed}");
                Assert.True(after.RetentionDays <= before.RetentionDays, $"seed={seed}");
            }
        }
    }

    [Fact]
    public void A_withdrawal_ends_what_is_inside_its_scope_and_nothing_else()
    {
        var other = ((ConsentGiven)Samples.Given("d").Item1) with
        {
            Terms = Samples.Terms with { Recipient = Schools.Id },
        };
        var before = new[] { Samples.Registered, Samples.Given(), (other, Samples.Early) };
        HouseholdState After(WithdrawalScope scope, GrainKey? consent, ChainId? recipient) => Fold(
            [.. before, (new ConsentsWithdrawn(scope, consent, recipient, null, null), Now)]);

        Assert.Equal([Key("d")], After(WithdrawalScope.ThisConsent, Key("c"), null).Consents.Keys);
        Assert.Equal([Key("c")], After(WithdrawalScope.AllForRecipient, null, Schools.Id).Consents.Keys);
        Assert.Empty(After(WithdrawalScope.Everything, null, null).Consents);
        Assert.All(
            After(WithdrawalScope.Everything, null, null).EndedConsents.Values,
            ended => Assert.Equal((ConsentStatus.Withdrawn, Now), (ended.Status, ended.EndedAt)));
    }

    [Fact]
    public void Withdrawals_stay_bounded_and_refuse_more_rather_than_less()
    {
        var events = Enumerable.Range(0, HouseholdState.WithdrawalsMax + 10).Select(number => (
            (Event)new ConsentsWithdrawn(
                WithdrawalScope.AllForRecipient, null, ChainId.Parse($"buyer/b{number}"), null, null),
            new UnixMilliseconds(Samples.Early.Value + number)));
        var state = Fold([Samples.Registered, .. events]);

        Assert.Equal(HouseholdState.WithdrawalsMax, state.Withdrawals.Length);
        Assert.Equal(new Withdrawal(null, null, new(Samples.Early.Value + 10)), state.Withdrawals[0]);
    }

    [Fact]
    public void What_is_superseded_ends_when_the_new_consent_stands_and_not_before()
    {
        var recorded = new ConsentRecorded(
            Key("d"), Key("ma"), Capacity.Authorised, [Key("pa")], Samples.Terms, Samples.Paper, Key("c"));
        var state = Fold(Samples.Registered, Samples.Given(), (recorded, Now));
        var confirmed = Fold(
            Samples.Registered, Samples.Given(), (recorded, Now),
            (new ConsentConfirmed(Key("d"), ConfirmationMeans.HouseholdToken, null, null), Now));

        Assert.True(ConsentRules.IsLive(state.Consents[Key("c")], Now));
        Assert.False(ConsentRules.IsLive(state.Consents[Key("d")], Now));
        Assert.Equal(ConsentStatus.Superseded, confirmed.EndedConsents[Key("c")].Status);
        Assert.True(ConsentRules.IsLive(confirmed.Consents[Key("d")], Now));
    }

    private static bool Covers(HouseholdState state, string? member) => ConsentRules.Covers(
        state.Consents[Key("c")], Use with { Member = member is null ? null : Key(member) }, state.Members, Now);

    private static Consent Given(GrantConsent c) => new(
        c.Consent, new(1), Samples.Early, null, c.Giver, c.Capacity, c.AuthorisedBy, c.Terms, ConsentStatus.Given,
        Samples.Early, null, null);

    private static HouseholdState Fold(params (Event What, UnixMilliseconds When)[] events)
    {
        var state = HouseholdRules.Instance.Initial;
        for (var at = 0; at < events.Length; at++)
        {
            state = HouseholdRules.Instance.Apply(state, events[at].What, new(Home.Id, new(at), events[at].When));
        }

        return (HouseholdState)state;
    }
}
