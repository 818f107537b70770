using Exchange.Grains.Buyers;
using Exchange.Grains.Households;
using Exchange.Grains.Rules;
using Exchange.Ledger;

namespace Exchange.Verify.Tests;

/// <summary>Files whose hashes are right and whose story is not lawful.</summary>
public sealed class LawTests
{
    [Fact]
    public void A_lawful_story_is_accepted_with_every_statement()
    {
        var run = Verifier.Check(ReliefStory.Tell(households: 30).Story.ToFile(), "--audit");

        Assert.Equal(ExitCode.Accepted, run.ExitCode);
        Assert.True((bool)run.Json["consistent"]!);
        Assert.True((bool)run.Json["lawfulByTheRules"]!);
        Assert.True((bool)run.Json["lawfulDeliveries"]!);
        Assert.Null(run.Json["anchored"]);
        Assert.Contains("2 deliveries audited, 44 households in 2 blocks", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Json["notes"]!.AsArray());
    }

    [Fact]
    public void Many_blocks_and_deliveries_are_audited()
    {
        var story = ReliefStory.Tell(households: 30);
        for (var i = 0; i < 20; i++)
        {
            _ = story.Deliver($"again-{i}", [1, 2, 3]);
        }

        Assert.Equal(ExitCode.Accepted, Verifier.Check(story.Story.ToFile(), "--audit").ExitCode);
    }

    [Fact]
    public void A_delivery_of_a_household_that_had_withdrawn_is_found()
    {
        var story = ReliefStory.Tell(households: 30);
        story.Withdraw(3);
        _ = story.Deliver("unlawful", [1, 2, 3, 5]);

        var run = Verifier.Check(story.Story.ToFile(), "--audit");

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.False((bool)run.Json["lawfulDeliveries"]!);
        Assert.True((bool)run.Json["lawfulByTheRules"]!);
        Assert.Equal(1, (int)run.Json["findingsCounted"]!);
        Assert.Equal(ReliefStory.HouseholdOf(3).ToString(), (string?)run.FirstFinding["chain"]);
        Assert.Contains("unlawful", (string)run.FirstFinding["expected"]!, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Accepted, Verifier.Check(story.Story.ToFile()).ExitCode);
    }

    [Fact]
    public void A_delivery_of_a_household_that_never_consented_is_found()
    {
        var story = ReliefStory.Tell(households: 30);
        _ = story.Deliver("unlawful", [1, 4]);

        var run = Verifier.Check(story.Story.ToFile(), "--audit");

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal(ReliefStory.HouseholdOf(4).ToString(), (string?)run.FirstFinding["chain"]);
    }

    [Fact]
    public void A_withdrawal_after_the_delivery_is_no_violation()
    {
        var story = ReliefStory.Tell(households: 30);
        story.Withdraw(1);

        Assert.Equal(ExitCode.Accepted, Verifier.Check(story.Story.ToFile(), "--audit").ExitCode);
    }

    [Fact]
    public void A_missing_manifest_is_noted_and_refuses_an_audit()
    {
        var story = ReliefStory.Tell(households: 10);
        story.Story.Forget(story.Manifests[1]);
        var file = story.Story.ToFile();

        var noted = Verifier.Check(file);
        var audited = Verifier.Check(file, "--audit");

        Assert.Equal(ExitCode.Accepted, noted.ExitCode);
        Assert.Contains("1 manifests are not in the file", (string)noted.Json["notes"]![0]!, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, audited.ExitCode);
        Assert.Equal(ReliefStory.Agreement.ToString(), (string?)audited.FirstFinding["chain"]);
        Assert.Contains(story.Manifests[1].ToString(), audited.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_documents_and_content_that_nobody_names_are_noted()
    {
        var story = ReliefStory.Tell(households: 3);
        story.Story.Forget(Hashes.Tagged(HashTag.Document, [0x91, 0xa5, .. "offer"u8]));
        _ = story.Story.Keep(ContentKind.Document, [0xc0]);

        var run = Verifier.Check(story.Story.ToFile(), "--audit");

        Assert.Equal(ExitCode.Accepted, run.ExitCode);
        Assert.Contains("1 named documents are not in the file", run.Output, StringComparison.Ordinal);
        Assert.Contains("dataset/poverty 3", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 content items are named by no entry", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_that_the_rules_would_not_give_is_found()
    {
        var story = ReliefStory.Tell(households: 3).Story;
        var envelope = new CommandEnvelope(
            ReliefStory.Buyer, story.NextId("lie"), ReliefStory.Party(ReliefStory.Buyer), new ApproveBuyer(), []);
        _ = story.Append(envelope, [new BuyerApproved()]);

        AssertUnlawful(story, ReliefStory.Buyer, "NotPermitted");
    }

    [Fact]
    public void An_event_in_place_of_another_is_found()
    {
        var story = ReliefStory.Tell(households: 3).Story;
        var envelope = new CommandEnvelope(
            ReliefStory.Buyer, story.NextId("lie"), ReliefStory.Operator, new SuspendBuyer("A complaint."), []);
        _ = story.Append(envelope, [new BuyerReinstated()]);

        AssertUnlawful(story, ReliefStory.Buyer, "event");
    }

    [Fact]
    public void A_withdrawal_that_somebody_else_wrote_is_found()
    {
        var story = ReliefStory.Tell(households: 3).Story;
        var household = ReliefStory.HouseholdOf(0);
        var envelope = new CommandEnvelope(
            household, story.NextId("lie"), ReliefStory.Party(ReliefStory.HouseholdOf(1)),
            new WithdrawConsent(WithdrawalScope.Everything, null, null, null, null), []);
        _ = story.Append(envelope, [new ConsentsWithdrawn(WithdrawalScope.Everything, null, null, null, null)]);

        AssertUnlawful(story, household, "refusal");
    }

    [Fact]
    public void A_fact_that_the_cited_chain_does_not_give_is_found()
    {
        var relief = new ReliefStory();
        relief.Prepare();
        var story = relief.Story;
        var claim = new Grains.Facts.DepartmentFact(Grains.Values.DivisionCode.Parse("44"));
        var envelope = new CommandEnvelope(
            ReliefStory.Notice, story.NextId("lie"), ReliefStory.Party(ReliefStory.Department),
            new Grains.Notices.PublishNotice(ReliefStory.Department.Key, 1, "en", Hashes.Tagged(HashTag.Document, [1])),
            [new(ReliefStory.Department, story.HeadOf(ReliefStory.Department), story.Now, claim)]);
        var decision = Grains.GrainCatalog.Find(GrainKind.Notice)!.Decide(
            story.StateOf(ReliefStory.Notice), envelope, story.Now);
        _ = story.Append(envelope, Assert.IsType<Decision.Accepted>(decision).Events);

        AssertUnlawful(story, ReliefStory.Notice, "FactValuesDiffer");
    }

    [Fact]
    public void A_forged_event_that_no_rule_can_follow_is_found_and_not_crashed_on()
    {
        var story = ReliefStory.Tell(households: 3).Story;
        var household = ReliefStory.HouseholdOf(0);
        var envelope = new CommandEnvelope(
            household, story.NextId("lie"), ReliefStory.Party(household),
            new ConfirmConsent(GrainKey.Parse("nothing"), (ConfirmationMeans)1, Witness: null, Scan: null), []);
        var command = Grains.Wire.WireCatalog.Record(envelope.Command);
        story.AppendRaw(envelope, [new RecordedEvent(command.Type, command.Version, null)]);

        AssertUnlawful(story, household, "");
    }

    [Theory]
    [InlineData(999_999, 1)]
    [InlineData(301, 77)]
    public void A_command_that_this_version_does_not_know_is_found(int type, int version)
    {
        var story = ReliefStory.Tell(households: 3).Story;
        var household = ReliefStory.HouseholdOf(0);
        var envelope = new CommandEnvelope(
            household, story.NextId("lie"), ReliefStory.Party(household),
            new WithdrawConsent(WithdrawalScope.Everything, null, null, null, null), []);
        story.AppendRaw(
            envelope, [new RecordedEvent(314, 1, null)], new RecordedCommand(type, version, new byte[] { 0x90 }));

        AssertUnlawful(story, household, "canonical");
    }

    [Fact]
    public void A_chain_without_rules_is_found()
    {
        var story = BuyerStory.Tell();
        var account = ChainId.Parse("account/main");
        var entry = EntryCodec.Decode(story.EntriesOf(BuyerStory.Buyers[0])[0]) with
        {
            Chain = account,
            Previous = Hashes.Genesis(story.Exchange, account),
        };
        var bytes = EntryCodec.Encode(entry);

        var chain = new RawChain(Raw.Record(account, 1, Hashes.Entry(bytes)), [bytes]);
        var run = Verifier.Check(Raw.Write(story.Exchange, [chain]));

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal("account/main", (string?)run.FirstFinding["chain"]);
    }

    private static void AssertUnlawful(Story story, ChainId chain, string word)
    {
        var run = Verifier.Check(story.ToFile(), "--audit");

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.True((bool)run.Json["consistent"]!);
        Assert.False((bool)run.Json["lawfulByTheRules"]!);
        Assert.Null(run.Json["lawfulDeliveries"]);
        Assert.Equal(chain.ToString(), (string?)run.FirstFinding["chain"]);
        Assert.Equal(story.HeadOf(chain).Index.Value, (long)run.FirstFinding["index"]!);
        Assert.Contains(word, run.FirstFinding.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }
}
