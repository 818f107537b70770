using Exchange.Grains.Buyers;
using Exchange.Grains.Tests.Replay;
using static Exchange.Grains.Tests.Replay.Market;

namespace Exchange.Grains.Tests.Buyers;

/// <summary>Every command to a buyer with every refusal it can meet, and in which order.</summary>
public sealed class BuyerRulesTests
{
    private static readonly RegisterBuyer Register = new(AcmeDetails);
    private static readonly SuspendBuyer Suspend = new("late reports");
    private static readonly BuyerDetails Fewer = AcmeDetails with { Purposes = [Purpose] };
    private static readonly BuyerDetails Unlisted = AcmeDetails with { Purposes = [PurposeCode.Parse("gx:Spying")] };
    private static readonly BuyerDetails More = AcmeDetails with
    {
        Purposes = AcmeDetails.Purposes.Add(PurposeCode.Parse("dpv:Marketing")),
    };

    [Fact]
    public void Each_command_is_answered_as_the_table_says() => DecisionCase.Hold(Acme,
    [
        // given       actor        command                                    then
        new(Nothing, AcmeToken, Register, null),
        new(Nothing, Operator, Register, null),
        new(Nothing, OtherToken, Register, Refusal.NotPermitted),
        new(Nothing, ReliefToken, Register, Refusal.NotPermitted),
        new(Approved, AcmeToken, Register, Refusal.AlreadyExists),
        new(Nothing, AcmeToken, new RegisterBuyer(Unlisted), Refusal.PurposeUnknown),
        new(Nothing, AcmeToken, new RegisterBuyer(AcmeDetails with { Purposes = [] }), Refusal.PurposeUnknown),

        new(Registered, Operator, new ApproveBuyer(), null),
        new(Registered, AcmeToken, new ApproveBuyer(), Refusal.NotPermitted),
        new(Nothing, Operator, new ApproveBuyer(), Refusal.BuyerUnknown),
        new(Approved, Operator, new ApproveBuyer(), Refusal.BuyerAlreadyApproved),
        new(Suspended, Operator, new ApproveBuyer(), Refusal.BuyerSuspended),

        new(Approved, Operator, Suspend, null),
        new(Approved, RegulatorToken, Suspend, Refusal.NotPermitted),
        new(Nothing, Operator, Suspend, Refusal.BuyerUnknown),
        new(Registered, Operator, Suspend, Refusal.BuyerNotApproved),
        new(Suspended, Operator, Suspend, Refusal.BuyerSuspended),

        new(Suspended, Operator, new ReinstateBuyer(), null),
        new(Suspended, AcmeToken, new ReinstateBuyer(), Refusal.NotPermitted),
        new(Nothing, Operator, new ReinstateBuyer(), Refusal.BuyerUnknown),
        new(Approved, Operator, new ReinstateBuyer(), Refusal.BuyerNotSuspended),

        new(Approved, AcmeToken, new CorrectBuyer(Fewer), null),
        new(Registered, AcmeToken, new CorrectBuyer(More), null),
        new(Approved, Operator, new CorrectBuyer(More), null),
        new(Approved, AcmeToken, new CorrectBuyer(More), Refusal.NotPermitted),
        new(Approved, OtherToken, new CorrectBuyer(Fewer), Refusal.NotPermitted),
        new(Nothing, AcmeToken, new CorrectBuyer(Fewer), Refusal.BuyerUnknown),
        new(Registered, AcmeToken, new CorrectBuyer(Unlisted), Refusal.PurposeUnknown),
        new(Approved, AcmeToken, new CorrectBuyer(AcmeDetails with { Contact = "x" }), Refusal.NothingChanged),

        new(WithDeal, Process, new NoteAgreement(Key("deal")), null),
        new(WithDeal, AcmeToken, new NoteAgreement(Key("deal")), Refusal.NotPermitted),
        new(WithDeal, By("process/other", Role.Process), new NoteAgreement(Key("deal")), Refusal.NotPermitted),
        new(Nothing, Process, new NoteAgreement(Key("deal")), Refusal.BuyerUnknown),
        new(Approved, Process, new NoteAgreement(Key("deal")), Refusal.AgreementUnknown),
    ]);

    [Fact]
    public void A_buyer_does_not_note_an_agreement_of_another()
    {
        var story = WithDeal();
        story.Does(OtherToken, "buyer/other", Register);

        var refusal = story.Gives(Process, "buyer/other", new NoteAgreement(Key("deal")));

        Assert.Equal(Refusal.NotPermitted, refusal);
    }

    [Fact]
    public void Only_the_last_entry_says_what_it_noted()
    {
        var story = WithDeal();

        story.Does(Process, Acme, new NoteAgreement(Key("deal")));
        var noted = story.StateOf<BuyerState>(Acme).LastNoted;
        story.Does(Operator, Acme, Suspend);

        Assert.Equal(Key("deal"), noted);
        Assert.Null(story.StateOf<BuyerState>(Acme).LastNoted);
    }

    [Fact]
    public void The_row_shows_details_and_status()
    {
        var story = Suspended();

        var row = Assert.IsType<BuyerRow>(Assert.Single(story.Replayed(Acme).Rows));

        Assert.Equal(BuyerStatus.Suspended, row.Status);
        Assert.Equal("Acme", row.Details.LegalName);
    }

    private static Story Nothing() => new();

    private static Story Registered()
    {
        var story = new Story();
        story.Does(AcmeToken, Acme, Register);
        return story;
    }

    private static Story Approved()
    {
        var story = Registered();
        story.Does(Operator, Acme, new ApproveBuyer());
        return story;
    }

    private static Story Suspended()
    {
        var story = Approved();
        story.Does(Operator, Acme, Suspend);
        return story;
    }
}
