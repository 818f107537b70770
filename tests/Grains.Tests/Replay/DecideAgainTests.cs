using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Departments;
using Exchange.Grains.Facts;
using Exchange.Grains.Replay;
using static Exchange.Grains.Tests.Replay.Market;

namespace Exchange.Grains.Tests.Replay;

/// <summary>Whatever the rules would not have written is found and located, though every hash is right.</summary>
public sealed class DecideAgainTests
{
    private static readonly RequestAgreement Request = new(DealTerms);
    private static readonly Event[] Agreed =
        [new AgreementRequested(DealTerms), new AgreementAgreed(), new AgreementFinalized()];

    [Fact]
    public void A_lawful_history_has_no_breach()
    {
        var story = WithConsents();
        story.Does(Process, Acme, new NoteAgreement(Key("deal")));
        Notes(story, Acme);
        story.Does(Process, Deal, new CloseRegistration(RegistrationStep.Licensee, ChainId.Parse(Acme)));

        Assert.Empty(story.Breaches());
    }

    [Fact]
    public void Events_that_the_rules_would_not_give_are_found()
    {
        var story = WithParties();

        story.Plant(Operator, Acme, new SuspendBuyer("late"), [], new BuyerSuspended("paid"));

        Only(story, BreachKind.EventsDiffer, Acme, 2);
    }

    [Fact]
    public void An_event_too_many_is_found()
    {
        var story = WithParties();

        story.Plant(Operator, Acme, new SuspendBuyer("x"), [], new BuyerSuspended("x"), new BuyerReinstated());

        Only(story, BreachKind.EventsDiffer, Acme, 2);
    }

    [Fact]
    public void A_command_that_the_rules_refuse_is_found()
    {
        var story = WithParties();

        story.Plant(AcmeToken, Acme, new SuspendBuyer("x"), [], new BuyerSuspended("x"));

        var breach = Only(story, BreachKind.RefusedByRules, Acme, 2);
        Assert.Contains(nameof(Refusal.NotPermitted), breach.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_to_another_kind_of_grain_is_found()
    {
        var story = WithParties();

        story.Plant(Operator, Acme, Register("Acme", "11520000009390182"), [], new BuyerApproved());

        Only(story, BreachKind.NotReadable, Acme, 2);
    }

    [Fact]
    public void Rules_of_an_unknown_version_are_refused()
    {
        var story = WithParties();
        var (entry, hash) = story.Of(ChainId.Parse(Acme))[0];

        var breach = new LawfulReplay(Story.Exchange, entry.Chain, citations: null)
            .Next(entry with { Rules = GrainRules.Version + 1 }, hash);

        Assert.Equal(BreachKind.RulesUnknown, breach!.Kind);
    }

    [Fact]
    public void A_missing_fact_is_found()
    {
        var story = WithOffer();

        story.Plant(AcmeToken, Deal, Request, [OfferIn(story)], Agreed);

        Only(story, BreachKind.FactMissing, Deal, 0);
    }

    [Fact]
    public void Facts_in_another_order_or_unasked_are_found()
    {
        var swapped = WithOffer();
        var unasked = WithOffer();

        swapped.Plant(AcmeToken, Deal, Request, [BuyerIn(swapped), OfferIn(swapped)], Agreed);
        unasked.Plant(
            AcmeToken, Deal, Request, [OfferIn(unasked), BuyerIn(unasked), BuyerIn(unasked)], Agreed);

        Only(swapped, BreachKind.FactNotAsked, Deal, 0);
        Only(unasked, BreachKind.FactNotAsked, Deal, 0);
    }

    [Fact]
    public void A_fact_may_be_ten_seconds_old_and_no_more()
    {
        var lawful = WithOffer();
        var old = WithOffer();
        var (good, late) = (Facts(lawful), Facts(old));

        lawful.Pass(10_000);
        lawful.Plant(AcmeToken, Deal, Request, good, Agreed);
        old.Pass(10_001);
        old.Plant(AcmeToken, Deal, Request, late, Agreed);

        Assert.Empty(lawful.Breaches());
        Only(old, BreachKind.FactTooOld, Deal, 0);
    }

    [Fact]
    public void A_fact_from_the_future_is_found()
    {
        var story = WithOffer();
        var late = BuyerIn(story) with { ReadAt = new(story.Now.Value + 1) };

        story.Plant(AcmeToken, Deal, Request, [OfferIn(story), late], Agreed);

        Only(story, BreachKind.FactFromFuture, Deal, 0);
    }

    [Fact]
    public void An_altered_answer_is_found_though_the_rules_accept_it()
    {
        var story = WithOffer();
        story.Does(Operator, Acme, new SuspendBuyer("late"));
        var altered = BuyerIn(story) with { Value = new BuyerFact(BuyerStatus.Approved, PurposesStated: true) };

        story.Plant(AcmeToken, Deal, Request, [OfferIn(story), altered], Agreed);

        var breach = Only(story, BreachKind.FactValuesDiffer, Deal, 0);
        Assert.NotEqual(breach.Expected, breach.Found);
    }

    [Fact]
    public void A_head_with_another_hash_is_found()
    {
        var story = WithOffer();
        var fact = BuyerIn(story);

        story.Plant(
            AcmeToken, Deal, Request, [OfferIn(story), fact with { Head = fact.Head with { Hash = Text } }], Agreed);

        Only(story, BreachKind.CitedHashDiffers, Deal, 0);
    }

    [Fact]
    public void A_head_that_is_not_there_is_found()
    {
        var story = WithOffer();
        var fact = BuyerIn(story);

        story.Plant(
            AcmeToken, Deal, Request,
            [OfferIn(story), fact with { Head = fact.Head with { Index = new(99) } }], Agreed);

        Only(story, BreachKind.CitedHeadMissing, Deal, 0);
    }

    [Fact]
    public void A_chain_that_is_not_there_is_found()
    {
        var story = WithOffer();
        var terms = DealTerms with { Licensee = OtherToken.Id };
        var ghost = BuyerIn(story) with { Chain = OtherToken.Id };

        story.Plant(
            OtherToken, Deal, new RequestAgreement(terms), [OfferIn(story), ghost], new AgreementRequested(terms),
            new AgreementAgreed(), new AgreementFinalized());

        Only(story, BreachKind.CitedChainMissing, Deal, 0);
    }

    [Fact]
    public void A_head_that_had_long_been_overtaken_is_found()
    {
        var story = WithOffer();
        var before = BuyerIn(story);
        story.Does(Operator, Acme, new SuspendBuyer("late"));
        story.Pass(20_000);

        story.Plant(AcmeToken, Deal, Request, [OfferIn(story), before with { ReadAt = story.Now }], Agreed);

        Only(story, BreachKind.CitedHeadStale, Deal, 0);
    }

    [Fact]
    public void A_head_that_was_overtaken_while_the_entry_was_stored_is_lawful()
    {
        var story = WithOffer();
        var before = BuyerIn(story);
        story.Does(Operator, Acme, new SuspendBuyer("late"));
        story.Pass(10);

        story.Plant(AcmeToken, Deal, Request, [OfferIn(story), before with { ReadAt = story.Now }], Agreed);

        Assert.Empty(story.Breaches());
    }

    [Fact]
    public void A_registration_closed_by_an_entry_that_noted_nothing_is_found()
    {
        var story = WithDeal();
        var close = new CloseRegistration(RegistrationStep.Licensee, ChainId.Parse(Acme));
        var claimed = new CitedFact(
            close.Party, story.Replayed(Acme).Head, story.Now, new NotedFact(Key("deal")));

        story.Plant(Process, Deal, close, [claimed], new RegistrationClosed(RegistrationStep.Licensee));

        Only(story, BreachKind.FactValuesDiffer, Deal, 1);
    }

    [Fact]
    public void A_registration_may_cite_its_entry_long_after_the_chain_went_on()
    {
        var story = WithDeal();
        story.Does(Process, Acme, new NoteAgreement(Key("deal")));
        var noted = new CitedFact(
            ChainId.Parse(Acme), story.Replayed(Acme).Head, story.Now, new NotedFact(Key("deal")));
        story.Does(Operator, Acme, new SuspendBuyer("late"));
        story.Pass(60_000);
        story.Supplies = question => question is NotedQuestion ? noted with { ReadAt = story.Now } : null;

        story.Does(Process, Deal, new CloseRegistration(RegistrationStep.Licensee, ChainId.Parse(Acme)));

        Assert.Empty(story.Breaches());
    }

    [Fact]
    public void What_was_measured_must_be_about_the_revision_and_cite_the_own_chain()
    {
        var story = WithDataset();
        story.Does(ReliefToken, Incomes, Declare);
        var measured = new ContentFact(Key("other"), Text, OtherText, 3, 0, 100);

        story.Plant(
            ReliefToken, Incomes, new PublishRevision(Key("r1"), Text),
            [new(ChainId.Parse(Incomes), story.Replayed(Incomes).Head, story.Now, measured)],
            new RevisionPublished(Key("r1"), Text, OtherText, 3, 0, 100));

        Only(story, BreachKind.FactNotAsked, Incomes, 2);
    }

    [Fact]
    public void What_is_not_closed_is_reported_apart()
    {
        var story = WithDeal();
        story.Does(Process, Deal, new ParkRegistration(RegistrationStep.Licensor, Refusal.DepartmentUnknown));

        var unfinished = UnfinishedRegistration.Of(story.Replayed(Deal));

        Assert.Equal(
            [
                (RegistrationStep.Licensor, RegistrationStatus.Parked),
                (RegistrationStep.Licensee, RegistrationStatus.Open),
            ],
            unfinished.Select(each => (each.Step, each.Status)));
    }

    private static Breach Only(Story story, BreachKind kind, string chain, long index)
    {
        var breach = Assert.Single(story.Breaches());
        Assert.Equal((kind, ChainId.Parse(chain), new EntryIndex(index)), (breach.Kind, breach.Chain, breach.Index));
        return breach;
    }

    private static CitedFact[] Facts(Story story) => [OfferIn(story), BuyerIn(story)];

    private static CitedFact OfferIn(Story story) => story.Read(
        new OfferQuestion(ChainId.Parse(Incomes), Key("offer"), Purpose, BothColumns))!;

    private static CitedFact BuyerIn(Story story) => story.Read(new BuyerQuestion(ChainId.Parse(Acme), [Purpose]))!;
}
