using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;
using Exchange.Grains.Replay;
using static Exchange.Grains.Tests.Replay.Market;

namespace Exchange.Grains.Tests.Replay;

/// <summary>Unlawful deliveries are found from chains and manifest alone; what is lawful at its edge is not.</summary>
public sealed class DeliveryAuditTests
{
    private const string H1 = "household/h1";

    [Fact]
    public void A_lawful_delivery_has_no_violation()
    {
        var delivered = new Delivered(WithConsents());

        var summary = delivered.Block(at: null, "h1", "h2").Block(at: null, "h3").Audit();

        Assert.Empty(delivered.Violations);
        Assert.Equal((1, 2L, 3L), (summary.Deliveries, summary.Blocks, summary.Leaves));
    }

    [Fact]
    public void A_consent_withdrawn_before_the_read_is_found_and_located()
    {
        var story = WithConsents();
        var delivered = new Delivered(story);
        var seen = Delivered.Seen.Of(story);
        var withdrawn = story.Does(Home("h1"), H1, Withdraw("h1"));

        delivered.Block(at: null, seen, "h1", "h2").Audit();

        var violation = Only(delivered, ViolationKind.ConsentEnded);
        Assert.Equal((0, ChainId.Parse(H1), withdrawn.Index), (violation.Block, violation.Chain, violation.Entry));
    }

    [Fact]
    public void A_withdrawal_that_was_seen_counts_even_if_it_came_after_the_read_began()
    {
        var story = WithConsents();
        var delivered = new Delivered(story);
        var (begun, consents) = (story.Now, Delivered.Seen.Of(story).Consents);
        story.Pass(5);
        story.Does(Home("h1"), H1, Withdraw("h1"));

        delivered.Block(begun, Delivered.Seen.Of(story) with { Consents = consents }, "h1").Audit();

        Only(delivered, ViolationKind.ConsentEnded);
    }

    [Fact]
    public void A_withdrawal_at_the_same_millisecond_is_no_violation()
    {
        var story = WithConsents();
        var delivered = new Delivered(story);
        var (begun, seen) = (story.Now, Delivered.Seen.Of(story));
        story.Does(Home("h1"), H1, Withdraw("h1"));

        delivered.Block(begun, seen, "h1").Audit();

        Assert.Empty(delivered.Violations);
    }

    [Fact]
    public void A_withdrawal_between_two_blocks_stops_only_the_second()
    {
        var story = WithConsents();
        var delivered = new Delivered(story).Block(at: null, "h1");
        var seen = Delivered.Seen.Of(story);
        story.Does(Home("h1"), H1, Withdraw("h1"));

        delivered.Block(at: null, seen, "h1").Audit();

        Assert.Equal(1, Only(delivered, ViolationKind.ConsentEnded).Block);
    }

    [Fact]
    public void A_consent_given_after_the_read_began_does_not_cover_it()
    {
        var story = WithConsents();
        story.Does(Home("h1"), H1, Withdraw("h1"));
        var delivered = new Delivered(story);
        var begun = story.Now;
        story.Pass(5);
        story.Does(Home("h1"), H1, Consent("h1") with { Consent = Key("later") });

        delivered.Block(begun, "h1").Audit();

        Only(delivered, ViolationKind.ConsentNotLive);
    }

    [Fact]
    public void A_consent_that_does_not_cover_the_delivery_is_found_for_each_reason()
    {
        var terms = Consent("h1").Terms;

        Found(ViolationKind.ColumnsNotCovered, terms with { Columns = [Income] });
        Found(ViolationKind.PurposeNotCovered, terms with { Purposes = [OtherPurpose] });
        Found(ViolationKind.RecipientNotCovered, terms with { Recipient = ReliefToken.Id });
        Found(ViolationKind.MemberNotCovered, terms with { Members = [Key("h1-ma")] });
    }

    [Fact]
    public void A_consent_to_another_dataset_is_found()
    {
        var story = WithConsents();
        story.Does(Home("h1"), H1, Withdraw("h1"));
        story.Does(ReliefToken, "dataset/other", Publish);
        story.Does(ReliefToken, "dataset/other", Declare);
        Given(story, Consent("h1").Terms with { Dataset = Key("other") });

        Relied(story, ViolationKind.DatasetNotCovered);
    }

    [Fact]
    public void A_consent_narrowed_before_the_read_is_found()
    {
        var story = WithConsents();
        var delivered = new Delivered(story);
        var seen = Delivered.Seen.Of(story);
        story.Does(Home("h1"), H1, new NarrowConsent(Key("c-h1"), [Income], null, null, null, null));

        delivered.Block(at: null, seen, "h1").Audit();

        Only(delivered, ViolationKind.ColumnsNotCovered);
    }

    [Fact]
    public void An_adult_who_joined_before_the_read_is_not_covered()
    {
        var story = WithConsents();
        var delivered = new Delivered(story);
        var seen = Delivered.Seen.Of(story);
        story.Does(ReliefToken, H1, new AddMember(new(Key("h1-pa"), Adult: true, null, null, [])));

        delivered.Block(at: null, seen, "h1").Audit();

        Only(delivered, ViolationKind.MemberNotCovered);
    }

    [Fact]
    public void A_link_corrected_before_the_read_is_found_and_one_corrected_later_is_not()
    {
        var correct = new CorrectIdentifier(Key("h2"), Member: null, Reason: null);
        var (before, after) = (WithConsents(), WithConsents());
        var unlawful = new Delivered(before);
        var lawful = new Delivered(after).Block(at: null, "h1");

        before.Does(ReliefToken, "identifier/h1", correct);
        unlawful.Block(at: null, "h1").With(leaf => leaf with { Link = new(0) }).Audit();
        lawful.Audit(() => after.Does(ReliefToken, "identifier/h1", correct));

        Only(unlawful, ViolationKind.LinkEnded);
        Assert.Empty(lawful.Violations);
    }

    [Fact]
    public void A_row_of_another_household_than_its_number_is_found()
    {
        var delivered = new Delivered(WithConsents());

        delivered.Block(at: null, "h1").With(leaf => leaf with { Identifier = Key("h2") }).Audit();

        Only(delivered, ViolationKind.LinkDiffers);
    }

    [Fact]
    public void Numbers_households_and_entries_that_are_not_there_are_found()
    {
        var number = new Delivered(WithConsents());
        var link = new Delivered(WithConsents());
        var head = new Delivered(WithConsents());
        var hash = new Delivered(WithConsents());
        var consent = new Delivered(WithConsents());

        number.Block(at: null, "h1").With(leaf => leaf with { Identifier = Key("h0") }).Audit();
        link.Block(at: null, "h1").With(leaf => leaf with { Link = new(7) }).Audit();
        head.Block(at: null, "h1").With(leaf => leaf with { HeadSeen = new(new(99), Text) }).Audit();
        hash.Block(at: null, "h1").With(leaf => leaf with { HeadSeen = leaf.HeadSeen with { Hash = Text } }).Audit();
        consent.Block(at: null, "h1").With(leaf => leaf with { Consent = new(0) }).Audit();

        Only(number, ViolationKind.LinkUnknown);
        Only(link, ViolationKind.LinkUnknown);
        Only(head, ViolationKind.HeadSeenUnknown);
        Only(hash, ViolationKind.HeadSeenDiffers);
        Only(consent, ViolationKind.ConsentEnded);
    }

    [Fact]
    public void A_household_without_a_chain_is_found()
    {
        var first = new Delivered(WithConsents());
        var last = new Delivered(WithConsents());

        first.Block(at: null, "h1").With(leaf => leaf with { Household = Key("a0") }).Audit();
        last.Block(at: null, "h1").With(leaf => leaf with { Household = Key("z9") }).Audit();

        Assert.Contains(first.Violations, each => each.Kind == ViolationKind.HouseholdUnknown);
        Assert.Contains(last.Violations, each => each.Kind == ViolationKind.HouseholdUnknown);
    }

    [Fact]
    public void A_buyer_suspended_before_the_read_is_found_with_the_reason()
    {
        var violation = AfterStart(
            ViolationKind.LicenseeNotInForce, story => story.Does(Operator, Acme, new SuspendBuyer("late")));

        Assert.Equal(Refusal.BuyerSuspended, violation.Reason);
    }

    [Fact]
    public void A_dataset_reclassified_before_the_read_is_found_with_the_reason()
    {
        var violation = AfterStart(ViolationKind.DatasetNotInForce, story => story.Does(
            ReliefToken, Incomes, new ReclassifyDataset(Personal with { Level = DataLevel.Core })));

        Assert.Equal(Refusal.DatasetIsCore, violation.Reason);
    }

    [Fact]
    public void A_revision_revoked_before_the_read_is_found_with_the_reason()
    {
        var violation = AfterStart(ViolationKind.DatasetNotInForce, story => story.Does(
            ReliefToken, Incomes, new RevokeRevision(Key("r1"), "wrong")));

        Assert.Equal(Refusal.RevisionRevoked, violation.Reason);
    }

    [Fact]
    public void An_agreement_terminated_before_the_read_is_found_with_the_reason()
    {
        var violation = AfterStart(ViolationKind.AgreementNotInForce, story => story.Does(
            ReliefToken, Deal, new TerminateAgreement("done")));

        Assert.Equal(Refusal.AgreementTerminated, violation.Reason);
    }

    [Fact]
    public void What_ends_only_after_the_read_is_lawful()
    {
        var story = WithConsents();
        var delivered = new Delivered(story).Block(at: null, "h1", "h2", "h3");

        delivered.Audit(() =>
        {
            story.Does(Operator, Acme, new SuspendBuyer("late"));
            story.Does(ReliefToken, Incomes, new ReclassifyDataset(Personal with { Level = DataLevel.Core }));
            story.Does(ReliefToken, Deal, new TerminateAgreement("done"));
            story.Does(Home("h1"), H1, Withdraw("h1"));
        });

        Assert.Empty(delivered.Violations);
    }

    [Fact]
    public void A_block_read_before_the_start_or_before_its_predecessor_is_found()
    {
        var early = WithConsents();
        var begun = early.Now;
        var before = new Delivered(early).Block(new(begun.Value - 1), "h1");
        var story = WithConsents();
        var back = new Delivered(story).Block(new(story.Now.Value + 5), "h1");
        story.Pass(10);

        before.Audit();
        back.Block(new(story.Now.Value - 10), "h2").Audit();

        Assert.Contains(before.Violations, each => each is { Kind: ViolationKind.BlockTimeInvalid, Block: 0 });
        Assert.Contains(back.Violations, each => each is { Kind: ViolationKind.BlockTimeInvalid, Block: 1 });
    }

    [Fact]
    public void A_manifest_that_is_missing_or_altered_is_found()
    {
        var missing = new Delivered(WithConsents()) { KeepsManifest = false };
        var header = new Delivered(WithConsents()) { Forges = each => each with { Columns = [Income] } };
        var leaf = new Delivered(WithConsents()) { ForgesLeaf = each => each with { Rows = 2 } };
        var unreadable = new Delivered(WithConsents()) { ForgesLeaf = each => each with { Block = 7 } };

        missing.Block(at: null, "h1").Audit();
        header.Block(at: null, "h1").Audit();
        leaf.Block(at: null, "h1").Audit();
        unreadable.Block(at: null, "h1").Audit();

        Only(missing, ViolationKind.ManifestMissing);
        Assert.Equal(
            [ViolationKind.ManifestRootDiffers, ViolationKind.ManifestHeaderDiffers],
            header.Violations.Select(each => each.Kind).Order());
        Assert.Equal(
            [ViolationKind.ManifestRootDiffers, ViolationKind.RowsDiffer],
            leaf.Violations.Select(each => each.Kind).Order());
        Only(unreadable, ViolationKind.ManifestUnreadable);
    }

    [Fact]
    public void Members_in_rows_about_households_are_found()
    {
        var delivered = new Delivered(WithConsents());

        delivered.Block(at: null, "h1").With(leaf => leaf with { Member = Key("h1-ma") }).Audit();

        Assert.Contains(delivered.Violations, each => each.Kind == ViolationKind.SubjectLevelDiffers);
    }

    [Fact]
    public void A_consent_invalidated_later_is_noted_and_no_violation()
    {
        var story = WithConsents();
        var delivered = new Delivered(story).Block(at: null, "h1", "h2").Block(at: null, "h1");

        var summary = delivered.Audit(() => story.Does(
            ReliefToken, H1, new InvalidateConsent(Key("c-h1"), Reason: null)));

        Assert.Empty(delivered.Violations);
        Assert.Equal(1, summary.InvalidatedReliances);
        Assert.Equal(
            new InvalidatedReliance(ChainId.Parse(Deal), Key("d1"), Key("h1"), new(1)),
            Assert.Single(delivered.Reliances));
    }

    [Fact]
    public void A_consent_invalidated_after_it_was_withdrawn_is_noted_too()
    {
        var story = WithConsents();
        var delivered = new Delivered(story).Block(at: null, "h1", "h2");

        var summary = delivered.Audit(() =>
        {
            story.Does(Home("h1"), H1, Withdraw("h1"));
            story.Does(ReliefToken, H1, new InvalidateConsent(Key("c-h1"), Reason: null));
        });

        Assert.Empty(delivered.Violations);
        Assert.Equal(1, summary.InvalidatedReliances);
        Assert.Equal(Key("h1"), Assert.Single(delivered.Reliances).Household);
    }

    [Fact]
    public void A_block_of_more_rows_than_one_read_may_filter_is_found()
    {
        var delivered = new Delivered(WithConsents()).Block(at: null, "h1");

        delivered.With(leaf => leaf with { Rows = ManifestBlock.RowsMax + 1 })
            .Block(block => block with { Rows = ManifestBlock.RowsMax + 1 }).Audit();

        Only(delivered, ViolationKind.BlockTooLarge);
    }

    private static void Found(ViolationKind kind, ConsentTerms terms)
    {
        var story = WithConsents();
        story.Does(Home("h1"), H1, Withdraw("h1"));
        Given(story, terms);

        Relied(story, kind);
    }

    private static void Given(Story story, ConsentTerms terms) =>
        story.Does(Home("h1"), H1, Consent("h1") with { Consent = Key("second"), Terms = terms });

    private static void Relied(Story story, ViolationKind kind)
    {
        var delivered = new Delivered(story);

        delivered.Block(at: null, "h1").Audit();

        Only(delivered, kind);
    }

    private static Violation AfterStart(ViolationKind kind, Action<Story> ends)
    {
        var story = WithConsents();
        var delivered = new Delivered(story);
        var seen = Delivered.Seen.Of(story);
        ends(story);

        delivered.Block(at: null, seen, "h1").Audit();

        return Only(delivered, kind);
    }

    private static Violation Only(Delivered delivered, ViolationKind kind)
    {
        var violation = Assert.Single(delivered.Violations);
        Assert.Equal(kind, violation.Kind);
        return violation;
    }
}
