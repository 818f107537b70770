using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Departments;
using Exchange.Grains.Facts;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;
using Exchange.Grains.Notices;

namespace Exchange.Grains.Tests.Replay;

/// <summary>Relief publishes incomes of households, and Acme licenses them.</summary>
internal static class Market
{
    internal const string Relief = "department/relief";
    internal const string Acme = "buyer/acme";
    internal const string Incomes = "dataset/incomes";
    internal const string Deal = "agreement/deal";

    internal static readonly Actor Operator = By("operator/self", Role.Operator);
    internal static readonly Actor ReliefToken = By(Relief, Role.Department);
    internal static readonly Actor SchoolsToken = By("department/schools", Role.Department);
    internal static readonly Actor AcmeToken = By(Acme, Role.Buyer);
    internal static readonly Actor OtherToken = By("buyer/other", Role.Buyer);
    internal static readonly Actor RegulatorToken = By("regulator/r", Role.Regulator);
    internal static readonly Actor Process = By("process/deal", Role.Process);
    internal static readonly Actor Node = By("system/node", Role.System);

    internal static readonly PurposeCode Purpose = PurposeCode.Parse("gx:PovertyRelief");
    internal static readonly PurposeCode OtherPurpose = PurposeCode.Parse("dpv:AcademicResearch");
    internal static readonly ColumnName Number = ColumnName.Parse("number");
    internal static readonly ColumnName Income = ColumnName.Parse("income");
    internal static readonly ColumnName Cause = ColumnName.Parse("cause");
    internal static readonly ImmutableSortedSet<ColumnName> BothColumns = [Cause, Income];
    internal static readonly Period Always = new(new(0), new(4_000_000_000_000));
    internal static readonly Digest Text = new(Enumerable.Repeat((byte)7, Digest.SizeBytes).ToArray());
    internal static readonly Digest OtherText = new(Enumerable.Repeat((byte)8, Digest.SizeBytes).ToArray());

    internal static readonly Classification Personal = new(
        DataLevel.General, PersonalClass.Personal, Openness.Conditional, Openness.Conditional, Tradeable: true);

    internal static readonly Classification Open = new(
        DataLevel.General, PersonalClass.None, Openness.Unconditional, Openness.Unconditional, Tradeable: true);

    internal static readonly SubjectKey OfHouseholds = new(SubjectLevel.Household, Number, Key("card"));
    internal static readonly SubjectKey OfNobody = new(SubjectLevel.None, null, null);

    internal static readonly DatasetDescription Description = new(
        ImmutableSortedDictionary<string, string>.Empty.Add("en", "Incomes"),
        ImmutableSortedDictionary<string, string>.Empty, [], [Theme.Society], "survey", "x", [], null,
        UpdateFrequency.Yearly);

    internal static readonly BuyerDetails AcmeDetails = new("Acme", "91", "CN", "x", [OtherPurpose, Purpose]);
    internal static readonly OfferTerms Terms = new(BothColumns, [Purpose], Always, 0, new("assessed", Text));

    internal static readonly AgreementTerms DealTerms = new(
        ChainId.Parse(Relief), ChainId.Parse(Acme), LawfulBasis.Consent, Purpose, Always, Key("incomes"), Key("offer"),
        Text, BothColumns, PinnedRevision: null);

    internal static readonly PublishDataset Publish = new(Key("relief"), Description, Personal, OfHouseholds);

    internal static readonly DeclareRevision Declare = new(
        Key("r1"),
        [
            new(Number, ColumnType.Text, Required: true), new(Income, ColumnType.Integer, Required: false),
            new(Cause, ColumnType.Text, Required: false),
        ],
        Text);

    internal static GrainKey Key(string text) => GrainKey.Parse(text);

    internal static Actor By(string id, Role role) =>
        new(ChainId.Parse(id), role, OnBehalfOf: null, Person: null, Channel.Self, Authentication: null);

    internal static Actor Home(string key) => By("household/" + key, Role.Household);

    internal static RegisterDepartment Register(string name, string credit) => new(
        name, CreditCode.Complete(credit), "x", DivisionCode.Parse("52"), AuthorityKind.PovertyRelief);

    internal static Story WithParties()
    {
        var story = new Story();
        story.Does(Operator, Relief, Register("Relief", "11520000009390180"));
        story.Does(Operator, "department/schools", Register("Schools", "11520000009390181"));
        story.Does(AcmeToken, Acme, new RegisterBuyer(AcmeDetails));
        story.Does(Operator, Acme, new ApproveBuyer());
        return story;
    }

    internal static Story WithDataset(Classification? classes = null, SubjectKey? subject = null)
    {
        var story = WithParties();
        story.Does(ReliefToken, Incomes, Publish with
        {
            Classification = classes ?? Personal,
            Subject = subject ?? OfHouseholds,
        });
        return story;
    }

    internal static Story WithRevision(Classification? classes = null, SubjectKey? subject = null)
    {
        var story = WithDataset(classes, subject);
        Measures(story);
        story.Does(ReliefToken, Incomes, Declare);
        story.Does(ReliefToken, Incomes, new PublishRevision(Key("r1"), Text));
        return story;
    }

    internal static Story WithOffer(Classification? classes = null, SubjectKey? subject = null)
    {
        var story = WithRevision(classes, subject);
        story.Does(ReliefToken, Incomes, new MakeOffer(Key("offer"), Text, Terms));
        return story;
    }

    internal static Story WithDeal()
    {
        var story = WithOffer();
        story.Does(AcmeToken, Deal, new RequestAgreement(DealTerms));
        return story;
    }

    /// <summary>Three households that consented, each linked to a number of the department.</summary>
    internal static Story WithConsents()
    {
        var story = WithDeal();
        story.Does(ReliefToken, "notice/told", new PublishNotice(Key("relief"), 1, "zh", Text));
        foreach (var key in new[] { "h1", "h2", "h3" })
        {
            story.Does(ReliefToken, "household/" + key, new RegisterHousehold(
                Key("relief"), DivisionCode.Parse("520102"),
                [new(Key(key + "-ma"), Adult: true, null, null, [])]));
            story.Does(ReliefToken, "identifier/" + key, new LinkIdentifier(
                Key("relief"), Key("card"), Key(key), Member: null));
            story.Does(Home(key), "household/" + key, Consent(key));
        }

        return story;
    }

    internal static GrantConsent Consent(string household) => new(
        Key("c-" + household), Giver: null, Capacity.Self, [],
        new(
            [], new(Key("told"), 1, "zh", Text), ChainId.Parse(Acme), Key("incomes"), BothColumns, [Purpose],
            [ProcessingMethod.Use], Always, 365, LegalBasis.Consent),
        new(null, null, null, null), Supersedes: null);

    internal static WithdrawConsent Withdraw(string household) =>
        new(WithdrawalScope.ThisConsent, Key("c-" + household), Recipient: null, SignedAt: null, Note: null);

    internal static StartDelivery Start(string delivery) => StartDelivery.Of(DealTerms, Key(delivery), Key("run"));

    internal static void Measures(Story story, long rows = 3) => story.Supplies = question =>
        question is ContentQuestion asked
            ? new(
                asked.Chain, story.Replayed(Incomes).Head, story.Now,
                new ContentFact(asked.Revision, Text, OtherText, rows, 0, 100))
            : null;

    internal static void Notes(Story story, string chain) => story.Supplies = question =>
        question is NotedQuestion asked && asked.Chain == ChainId.Parse(chain)
            ? new(asked.Chain, story.Replayed(chain).Head, story.Now, asked.Answer(story.Replayed(chain).State)!)
            : null;
}
