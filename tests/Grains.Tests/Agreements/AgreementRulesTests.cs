using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Departments;
using Exchange.Grains.Tests.Replay;
using static Exchange.Grains.Tests.Replay.Market;

namespace Exchange.Grains.Tests.Agreements;

/// <summary>Every command to an agreement with every refusal it can meet, and in which order.</summary>
public sealed class AgreementRulesTests
{
    private static readonly RequestAgreement Request = new(DealTerms);
    private static readonly TerminateAgreement Terminate = new("done");
    private static readonly EndDelivery End = new(Key("d1"), DeliveryOutcome.Complete, 3, 30, Text, OtherText);
    private static readonly CloseRegistration CloseLicensee = new(RegistrationStep.Licensee, ChainId.Parse(Acme));
    private static readonly CloseRegistration CloseLicensor = new(RegistrationStep.Licensor, ChainId.Parse(Relief));
    private static readonly ParkRegistration Park = new(RegistrationStep.Licensor, Refusal.DepartmentUnknown);
    private static readonly RetryRegistration Retry = new(RegistrationStep.Licensor);
    private static readonly Period Never = new(new(5), new(5));

    [Fact]
    public void Requests_are_answered_as_the_table_says() => DecisionCase.Hold(Deal,
    [
        new(() => WithOffer(), AcmeToken, Request, null),
        new(() => WithOffer(), OtherToken, Request, Refusal.NotPermitted),
        new(() => WithOffer(), ReliefToken, Request, Refusal.NotPermitted),
        new(WithDeal, AcmeToken, Request, Refusal.AlreadyExists),
        new(() => WithOffer(), AcmeToken, With(DealTerms with { Basis = LawfulBasis.StatutoryDuty, Period = Never }),
            Refusal.BasisNotAvailable),
        new(() => WithOffer(), AcmeToken, With(DealTerms with { Period = Never, Columns = [] }), Refusal.PeriodEmpty),
        new(() => WithOffer(), ReliefToken, With(DealTerms with { Licensee = ChainId.Parse(Relief) }),
            Refusal.LicensorDiffers),
        new(() => WithOffer(), AcmeToken, With(DealTerms with { Columns = [] }), Refusal.ColumnsNotOffered),
        new(() => WithOffer(), OtherToken, With(DealTerms with { Licensee = OtherToken.Id }), Refusal.BuyerUnknown),
        new(After(() => WithOffer(), OtherToken, "buyer/other", new RegisterBuyer(AcmeDetails)), OtherToken,
            With(DealTerms with { Licensee = OtherToken.Id }), Refusal.BuyerNotApproved),
        new(Suspended(() => WithOffer()), AcmeToken, With(DealTerms with { OfferDocument = OtherText }),
            Refusal.BuyerSuspended),
        new(() => WithOffer(), AcmeToken, With(DealTerms with { Purpose = PurposeCode.Parse("dpv:Marketing") }),
            Refusal.PurposeNotStated),
        new(() => WithOffer(), By("department/nowhere", Role.Department),
            With(DealTerms with { Licensee = ChainId.Parse("department/nowhere") }), Refusal.DepartmentUnknown),
        new(() => WithOffer(), SchoolsToken, With(DealTerms with { Licensee = SchoolsToken.Id }), null),
        new(() => WithOffer(), AcmeToken, With(DealTerms with { Offer = Key("other") }), Refusal.OfferUnknown),
        new(() => WithOffer(), AcmeToken, With(DealTerms with { Licensor = SchoolsToken.Id }), Refusal.LicensorDiffers),
        new(After(() => WithOffer(), ReliefToken, Incomes, new RetireOffer(Key("offer"))), AcmeToken,
            With(DealTerms with { OfferDocument = OtherText }), Refusal.OfferRetired),
        new(Expired, AcmeToken, With(DealTerms with { OfferDocument = OtherText }), Refusal.OfferNotInForce),
        new(() => WithOffer(), AcmeToken, With(DealTerms with { OfferDocument = OtherText, Purpose = OtherPurpose }),
            Refusal.OfferDigestDiffers),
        new(() => WithOffer(), AcmeToken, With(DealTerms with { Purpose = OtherPurpose, Columns = [Number] }),
            Refusal.PurposeNotOffered),
        new(() => WithOffer(), AcmeToken, With(DealTerms with { Columns = [Number] }), Refusal.ColumnsNotOffered),
        new(() => WithOffer(), AcmeToken,
            With(DealTerms with { Period = Always with { Until = new(Always.Until.Value + 1) } }),
            Refusal.PeriodNotOffered),
        new(Classed(() => WithOffer(), Personal with { Level = DataLevel.Core }), AcmeToken, Request,
            Refusal.DatasetIsCore),
        new(Classed(() => WithOffer(), Personal with { Tradeable = false }), AcmeToken, Request,
            Refusal.DatasetNotTradeable),
        new(Classed(() => WithOffer(), Personal with { Sharing = Openness.None }), AcmeToken, Request,
            Refusal.SharingNotAllowed),
        new(() => WithOffer(), AcmeToken, With(DealTerms with { Basis = LawfulBasis.OpenData }),
            Refusal.OpenDataNotOpen),
        new(() => WithOffer(Open, OfNobody), AcmeToken, Request, Refusal.BasisNotAvailable),
        new(() => WithOffer(Open, OfNobody), AcmeToken, With(DealTerms with { Basis = LawfulBasis.OpenData }), null),
        new(() => WithOffer(Open with { Opening = Openness.Conditional }, OfNobody), AcmeToken,
            With(DealTerms with { Basis = LawfulBasis.OpenData }), Refusal.OpenDataNotOpen),
    ]);

    [Fact]
    public void Endings_are_answered_as_the_table_says() => DecisionCase.Hold(Deal,
    [
        new(WithDeal, AcmeToken, Terminate, null),
        new(WithDeal, ReliefToken, Terminate, null),
        new(WithDeal, Operator, Terminate, null),
        new(WithDeal, OtherToken, Terminate, Refusal.NotPermitted),
        new(WithDeal, Node, Terminate, Refusal.NotPermitted),
        new(() => WithOffer(), AcmeToken, Terminate, Refusal.AgreementUnknown),
        new(Terminated, AcmeToken, Terminate, Refusal.AgreementTerminated),
        new(Terminated, SchoolsToken, Terminate, Refusal.NotPermitted),
    ]);

    [Fact]
    public void Starts_of_deliveries_are_answered_as_the_table_says() => DecisionCase.Hold(Deal,
    [
        new(WithDeal, AcmeToken, Start("d1"), null),
        new(WithDeal, AcmeToken, Start("d1") with { Columns = [Income] }, null),
        new(WithDeal, OtherToken, Start("d1"), Refusal.NotPermitted),
        new(WithDeal, Operator, Start("d1"), Refusal.NotPermitted),
        new(() => WithOffer(), AcmeToken, Start("d1"), Refusal.AgreementUnknown),
        new(Terminated, AcmeToken, Start("d1") with { Columns = [Number] }, Refusal.AgreementTerminated),
        new(OverPeriod, AcmeToken, Start("d1") with { Columns = [Number] }, Refusal.AgreementNotInForce),
        new(WithDeal, AcmeToken, Start("d1") with { Columns = [Number] }, Refusal.ColumnsNotOffered),
        new(WithDeal, AcmeToken, Start("d1") with { Columns = [] }, Refusal.ColumnsNotOffered),
        new(WithDeal, AcmeToken, Start("d1") with { Dataset = Key("other") }, Refusal.DatasetUnknown),
        new(WithDeal, AcmeToken, Start("d1") with { PinnedRevision = Key("r1") }, Refusal.RevisionUnknown),
        new(WithDeal, AcmeToken, Start("d1") with { Purpose = OtherPurpose }, Refusal.PurposeNotOffered),
        new(Running, AcmeToken, Start("d1"), Refusal.DeliveryInProgress),
        new(Ended, AcmeToken, Start("d1"), Refusal.DeliveryEnded),
        new(Ended, AcmeToken, Start("d2"), null),
        new(Suspended(WithDeal), AcmeToken, Start("d1"), Refusal.BuyerSuspended),
        new(WithoutPurpose, AcmeToken, Start("d1"), Refusal.PurposeNotStated),
        new(Classed(WithDeal, Personal with { Level = DataLevel.Core }), AcmeToken, Start("d1"), Refusal.DatasetIsCore),
        new(Classed(WithDeal, Personal with { Tradeable = false }), AcmeToken, Start("d1"),
            Refusal.DatasetNotTradeable),
        new(Classed(WithDeal, Personal with { Sharing = Openness.None }), AcmeToken, Start("d1"),
            Refusal.SharingNotAllowed),
        new(After(WithDeal, ReliefToken, Incomes, new RevokeRevision(Key("r1"), "wrong")), AcmeToken, Start("d1"),
            Refusal.NoRevisionPublished),
        new(WithoutColumn, AcmeToken, Start("d1"), Refusal.ColumnsMissing),
        new(WithoutColumn, AcmeToken, Start("d1") with { Columns = [Income] }, null),
        new(Pinned("r1", WithDealOn), AcmeToken, PinnedStart("r1"), null),
        new(Pinned("r1", Revoked), AcmeToken, PinnedStart("r1"), Refusal.RevisionRevoked),
        new(Pinned("r2", WithDealOn), AcmeToken, PinnedStart("r2"), null),
        new(Pinned("r3", WithDealOn), AcmeToken, PinnedStart("r3"), Refusal.RevisionNotPublished),
        new(Pinned("r4", WithDealOn), AcmeToken, PinnedStart("r4"), Refusal.RevisionUnknown),
        new(OpenThenPersonal, AcmeToken, Start("d1"), Refusal.OpenDataNotOpen),
    ]);

    [Fact]
    public void Ends_of_deliveries_are_answered_as_the_table_says() => DecisionCase.Hold(Deal,
    [
        new(Running, Node, End, null),
        new(Running, Process, End, null),
        new(After(Running, AcmeToken, Deal, Terminate), Node, End, null),
        new(Running, Node, End with { Outcome = DeliveryOutcome.Lost, Sha256 = null }, null),
        new(Running, Node, End with { Outcome = DeliveryOutcome.Aborted, Rows = 0, Manifest = null }, null),
        new(Running, AcmeToken, End, Refusal.NotPermitted),
        new(() => WithOffer(), Node, End, Refusal.AgreementUnknown),
        new(WithDeal, Node, End, Refusal.DeliveryUnknown),
        new(Running, Node, End with { Delivery = Key("d2") }, Refusal.DeliveryUnknown),
        new(Ended, Node, End, Refusal.DeliveryEnded),
        new(Running, Node, End with { Rows = -1 }, Refusal.ContentNotMeasured),
        new(Running, Node, End with { SizeBytes = -1 }, Refusal.ContentNotMeasured),
        new(Running, Node, End with { Sha256 = null }, Refusal.ContentNotMeasured),
        new(Running, Node, End with { Outcome = DeliveryOutcome.Lost }, Refusal.ContentNotMeasured),
        new(Running, Node, End with { Manifest = null }, Refusal.ContentNotMeasured),
        new(Running, Node, End with { Rows = 0, Manifest = null }, Refusal.ContentNotMeasured),
    ]);

    [Fact]
    public void Registrations_are_answered_as_the_table_says() => DecisionCase.Hold(Deal,
    [
        new(NotedByAcme, Process, CloseLicensee, null),
        new(NotedByRelief, Process, CloseLicensor, null),
        new(After(NotedByAcme, AcmeToken, Deal, Terminate), Process, CloseLicensee, null),
        new(NotedByAcme, AcmeToken, CloseLicensee, Refusal.NotPermitted),
        new(() => WithOffer(), Process, CloseLicensee, Refusal.AgreementUnknown),
        new(Closed, Process, CloseLicensor, Refusal.RegistrationAlreadyClosed),
        new(NotedByAcme, Process, CloseLicensor with { Party = ChainId.Parse(Acme) }, Refusal.RegistrationStepUnknown),
        new(WithDeal, Process, CloseLicensee, Refusal.FactMissing),
        new(NotedAnother, Process, CloseLicensee, Refusal.FactMissing),

        new(WithDeal, Process, Park, null),
        new(WithDeal, Operator, Park, Refusal.NotPermitted),
        new(() => WithOffer(), Process, Park, Refusal.AgreementUnknown),
        new(Closed, Process, Park, Refusal.RegistrationAlreadyClosed),
        new(After(WithDeal, Process, Deal, Park), Process, Park, Refusal.NothingChanged),

        new(After(WithDeal, Process, Deal, Park), Operator, Retry, null),
        new(After(WithDeal, Process, Deal, Park), Process, Retry, Refusal.NotPermitted),
        new(() => WithOffer(), Operator, Retry, Refusal.AgreementUnknown),
        new(WithDeal, Operator, Retry, Refusal.RegistrationNotParked),
        new(Closed, Operator, Retry, Refusal.RegistrationAlreadyClosed),
    ]);

    [Fact]
    public void Work_is_due_until_its_registration_is_closed()
    {
        var story = WithDeal();
        var due = DueOf(story);

        story.Does(Process, Deal, Park);
        var parked = DueOf(story);
        Notes(story, Relief);
        story.Does(Process, Relief, new NoteLicence(Key("deal")));
        story.Does(Process, Deal, CloseLicensor);

        Assert.Equal(["NoteOnLicensee False", "NoteOnLicensor False"], due);
        Assert.Equal(["NoteOnLicensee False", "NoteOnLicensor True"], parked);
        Assert.Equal(["NoteOnLicensee False"], DueOf(story));
    }

    [Fact]
    public void The_row_of_a_delivery_keeps_what_was_delivered()
    {
        var story = WithDeal();

        story.Does(AcmeToken, Deal, Start("d1") with { Columns = [Income] });
        story.Does(Node, Deal, End);

        var row = Assert.Single(story.Replayed(Deal).Rows.OfType<DeliveryRow>());
        Assert.Equal([Income], row.DeliveredColumns);
        Assert.Equal((Key("r1"), new EntryIndex(1)), (row.Revision, row.Started));
        Assert.Equal((3L, DeliveryOutcome.Complete), (row.End!.Rows, row.End.Outcome));
    }

    private static List<string> DueOf(Story story) =>
        [.. story.Replayed(Deal).Rows.OfType<DueWorkRow>().Select(row => $"{row.Kind} {row.Parked}")];

    private static RequestAgreement With(AgreementTerms terms) => new(terms);

    private static StartDelivery PinnedStart(string revision) => Start("d1") with { PinnedRevision = Key(revision) };

    private static Func<Story> After(Func<Story> given, Actor actor, string chain, Command command) => () =>
    {
        var story = given();
        story.Does(actor, chain, command);
        return story;
    };

    private static Func<Story> Suspended(Func<Story> given) => After(given, Operator, Acme, new SuspendBuyer("x"));

    private static Func<Story> Classed(Func<Story> given, Classification classes) =>
        After(given, ReliefToken, Incomes, new ReclassifyDataset(classes));

    private static Story Terminated() => After(WithDeal, AcmeToken, Deal, Terminate)();

    private static Story Running() => After(WithDeal, AcmeToken, Deal, Start("d1"))();

    private static Story Ended() => After(Running, Node, Deal, End)();

    private static Story Expired()
    {
        var story = WithOffer();
        story.Pass(Always.Until.Value);
        return story;
    }

    private static Story OverPeriod()
    {
        var story = WithDeal();
        story.Pass(Always.Until.Value);
        return story;
    }

    private static Story WithoutPurpose() => After(
        WithDeal, AcmeToken, Acme, new CorrectBuyer(AcmeDetails with { Purposes = [OtherPurpose] }))();

    private static Story WithoutColumn()
    {
        var story = WithDeal();
        story.Does(ReliefToken, Incomes, Declare with { Revision = Key("r2"), Columns = Declare.Columns[..2] });
        story.Does(ReliefToken, Incomes, new PublishRevision(Key("r2"), Text));
        return story;
    }

    // The first revision is superseded by the second; the third is only declared.
    private static Story WithDealOn(string revision)
    {
        var story = WithOffer();
        story.Does(ReliefToken, Incomes, Declare with { Revision = Key("r2") });
        story.Does(ReliefToken, Incomes, new PublishRevision(Key("r2"), Text));
        story.Does(ReliefToken, Incomes, Declare with { Revision = Key("r3") });
        story.Does(AcmeToken, Deal, With(DealTerms with { PinnedRevision = Key(revision) }));
        return story;
    }

    private static Story Revoked(string revision)
    {
        var story = WithDealOn(revision);
        story.Does(ReliefToken, Incomes, new RevokeRevision(Key(revision), "wrong"));
        return story;
    }

    private static Func<Story> Pinned(string revision, Func<string, Story> given) => () => given(revision);

    private static Story OpenThenPersonal()
    {
        var story = WithOffer(Open, OfNobody);
        story.Does(AcmeToken, Deal, With(DealTerms with { Basis = LawfulBasis.OpenData }));
        story.Does(ReliefToken, Incomes, new ReclassifyDataset(Personal));
        return story;
    }

    private static Story NotedByAcme()
    {
        var story = After(WithDeal, Process, Acme, new NoteAgreement(Key("deal")))();
        Notes(story, Acme);
        return story;
    }

    private static Story NotedByRelief()
    {
        var story = After(WithDeal, Process, Relief, new NoteLicence(Key("deal")))();
        Notes(story, Relief);
        return story;
    }

    private static Story NotedAnother()
    {
        var story = WithDeal();
        story.Does(AcmeToken, "agreement/second", Request);
        story.Does(By("process/second", Role.Process), Acme, new NoteAgreement(Key("second")));
        Notes(story, Acme);
        return story;
    }

    private static Story Closed() => After(NotedByRelief, Process, Deal, CloseLicensor)();
}
