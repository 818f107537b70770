using System.Globalization;
using Exchange.Grains;
using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Departments;
using Exchange.Grains.Exchanges;
using Exchange.Grains.Facts;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;
using Exchange.Grains.Notices;
using Exchange.Grains.Rules;
using Exchange.Grains.Values;
using Exchange.Grains.Wire;
using Exchange.Ledger;

namespace Exchange.Verify.Tests;

/// <summary>
/// A department registers households, publishes a dataset and offers it; households consent; a buyer takes a
/// licence and
/// downloads; some households withdraw; the buyer downloads again.
/// </summary>
internal sealed class ReliefStory
{
    internal const int RowsInBlock = 1000;

    private static readonly UnixMilliseconds Begin = new(1_780_000_000_000);
    private static readonly Period Year = new(Begin, Begin.Plus(TimeSpan.FromDays(365)));
    private static readonly PurposeCode Purpose = PurposeCode.Parse("gx:PovertyRelief");
    private static readonly ImmutableSortedSet<ColumnName> Columns =
        [ColumnName.Parse("cause"), ColumnName.Parse("income")];

    private static readonly Authentication Token =
        new(Hashes.Tagged(HashTag.Document, [0x01]), "es256");

    private readonly Dictionary<int, EntryIndex> _consents = [];
    private Digest _notice;
    private Digest _offer;

    internal ReliefStory(string name = "relief") => Story = new(name, Begin);

    internal Story Story { get; }

    internal static ChainId Department { get; } = ChainId.Parse("department/relief");

    internal static ChainId Buyer { get; } = ChainId.Parse("buyer/acme");

    internal static ChainId Dataset { get; } = ChainId.Parse("dataset/poverty");

    internal static ChainId Notice { get; } = ChainId.Parse("notice/relief");

    internal static ChainId Agreement { get; } = ChainId.Parse("agreement/first");

    /// <summary>The roots of the manifests so far.</summary>
    internal List<Digest> Manifests { get; } = [];

    internal static Actor Operator { get; } = Person(ChainId.Parse("operator/main"), Role.Operator);

    internal static Actor Node { get; } = Machine(ChainId.Parse("system/node"), Role.System);

    private static Actor Process { get; } = Machine(new(GrainKind.Process, Agreement.Key), Role.Process);

    internal static ChainId HouseholdOf(int number) => ChainId.Parse(Name("household/h", number));

    internal static ChainId IdentifierOf(int number) => ChainId.Parse(Name("identifier/i", number));

    internal static Actor Party(ChainId party) => Person(party, party.Kind switch
    {
        GrainKind.Department => Role.Department,
        GrainKind.Household => Role.Household,
        GrainKind.Buyer => Role.Buyer,
        _ => Role.Regulator,
    });

    /// <summary>
    /// The whole story: two deliveries, between them every seventh household that consented withdraws.
    /// </summary>
    internal static ReliefStory Tell(int households, string name = "relief")
    {
        var story = new ReliefStory(name);
        story.Prepare();
        var all = Enumerable.Range(0, households).ToList();
        all.ForEach(story.Register);
        all.ForEach(story.Link);
        story.Publish();
        var consenting = all.Where(number => number % 5 != 4).ToList();
        consenting.ForEach(story.Consent);
        story.License();
        _ = story.Deliver("delivery-1", consenting);
        var withdrawing = consenting.Where(number => number % 7 == 0).ToList();
        withdrawing.ForEach(story.Withdraw);
        _ = story.Deliver("delivery-2", consenting.Except(withdrawing));
        return story;
    }

    internal void Prepare()
    {
        Give(GrainCatalog.Self, Node, new InitialiseExchange(
            Story.Exchange, Suite: 1, Hashes.Tagged(HashTag.Document, [2])));
        Give(Department, Operator, new RegisterDepartment(
            "Guizhou Poverty Relief Office", CreditCode.Complete("11520000MB1234567"), "relief@example.cn",
            DivisionCode.Parse("52"), AuthorityKind.PovertyRelief));
        Give(Buyer, Operator, new RegisterBuyer(new(
            "Acme Insurance", "91520000MA6AAAAA1B", "CN", "data@example.cn", [Purpose])));
        Give(Buyer, Operator, new ApproveBuyer());
    }

    internal void Register(int number) => Give(HouseholdOf(number), Party(Department), new RegisterHousehold(
        Department.Key, DivisionCode.Parse("520102"),
        [new(GrainKey.Parse(Name("m", number)), Adult: true, BirthYear: null, Details: null, Guardians: [])]));

    internal void Link(int number) => Give(IdentifierOf(number), Party(Department), new LinkIdentifier(
        Department.Key, GrainKey.Parse("relief-number"), HouseholdOf(number).Key, Member: null));

    internal void Publish()
    {
        _notice = Story.Keep(ContentKind.Notice, WireCodec<NoticeDocument>.Encode(new(
            "What happens with your data", "Guizhou Poverty Relief Office", "relief@example.cn", "You may say no.\n")));
        Give(Notice, Party(Department), new PublishNotice(Department.Key, Version: 1, "en", _notice));
        Give(Dataset, Party(Department), new PublishDataset(
            Department.Key,
            new(
                Texts("Registry of poverty"), Texts("Households with cause and income"), ["poverty"], [Theme.Society],
                "county offices", "relief@example.cn", [DivisionCode.Parse("52")], Temporal: null,
                UpdateFrequency.Yearly),
            new(DataLevel.General, PersonalClass.Personal, Openness.Conditional, Openness.None, Tradeable: true),
            new(SubjectLevel.Household, ColumnName.Parse("number"), GrainKey.Parse("relief-number"))));
        var columns = Story.Keep(ContentKind.Columns, [0x91, 0xa6, .. "income"u8]);
        var revision = GrainKey.Parse("revision-1");
        Give(Dataset, Party(Department), new DeclareRevision(
            revision,
            [
                new(ColumnName.Parse("number"), ColumnType.Text, Required: true),
                new(ColumnName.Parse("cause"), ColumnType.Text, Required: true),
                new(ColumnName.Parse("income"), ColumnType.Integer, Required: true),
            ],
            columns));
        var (upload, content) = (Hashes.Tagged(HashTag.Commitment, [1]), Hashes.Tagged(HashTag.Commitment, [2]));
        Give(
            Dataset, Party(Department), new PublishRevision(revision, upload),
            new CitedFact(
                Dataset, Story.HeadOf(Dataset), Story.Now,
                new ContentFact(revision, upload, content, RowsStored: 5, RowsNotLinked: 0, SizeBytes: 500)));
        _offer = Story.Keep(ContentKind.Offer, [0x91, 0xa5, .. "offer"u8]);
        Give(Dataset, Party(Department), new MakeOffer(
            GrainKey.Parse("offer-1"), _offer,
            new(Columns, [Purpose], Year, PriceFen: 0, new("PIA-2026-1", Hashes.Tagged(HashTag.Document, [3])))));
    }

    internal void Consent(int number) => Consent(
        number, Party(HouseholdOf(number)), giver: null,
        new(SignedAt: null, Scan: null, PaperReference: null, Note: null));

    /// <summary>Two officers of the department.</summary>
    internal void AppointOfficers()
    {
        foreach (var officer in (int[])[1, 2])
        {
            Give(GrainCatalog.Self, Party(Department), new AppointOfficer(
                Officer(officer).Id.Key, Department.Key, DivisionCode.Parse("5201"), Mandate.RegisterAndRecord, Year,
                Sealed));
        }
    }

    /// <summary>A consent on paper, entered by one officer; it authorises nothing yet.</summary>
    internal void ConsentOnPaper(int number) => Consent(
        number, Officer(1), GrainKey.Parse(Name("m", number)),
        new(Story.Now, Hashes.Tagged(HashTag.Document, [5]), Sealed, Note: null));

    /// <summary>The confirmation by another officer.</summary>
    internal void Confirm(int number) => Give(HouseholdOf(number), Officer(2), new ConfirmConsent(
        GrainKey.Parse(Name("c", number)), ConfirmationMeans.SecondOfficer, Sealed,
        Hashes.Tagged(HashTag.Document, [5])));

    private void Consent(int number, Actor actor, GrainKey? giver, Collection collection)
    {
        var receipt = Give(HouseholdOf(number), actor, new GrantConsent(
            GrainKey.Parse(Name("c", number)), giver, Capacity.Self, AuthorisedBy: [],
            new(
                Members: [], new(Notice.Key, Version: 1, "en", _notice), Buyer, Dataset.Key, Columns, [Purpose],
                [ProcessingMethod.Use], Year, RetentionDays: 365, LegalBasis.Consent),
            collection, Supersedes: null));
        _consents[number] = receipt.Index;
    }

    internal void Withdraw(int number) => Give(HouseholdOf(number), Party(HouseholdOf(number)), new WithdrawConsent(
        WithdrawalScope.ThisConsent, GrainKey.Parse(Name("c", number)), Recipient: null, SignedAt: null, Note: null));

    internal void License()
    {
        Give(Agreement, Party(Buyer), new RequestAgreement(new(
            Department, Buyer, LawfulBasis.Consent, Purpose, Year, Dataset.Key, GrainKey.Parse("offer-1"), _offer,
            Columns, PinnedRevision: null)));
        Register(Department, RegistrationStep.Licensor, new NoteLicence(Agreement.Key));
        Register(Buyer, RegistrationStep.Licensee, new NoteAgreement(Agreement.Key));
    }

    /// <summary>A delivery with one row of each household; whether that is lawful nobody asks here.</summary>
    internal Digest Deliver(string delivery, IEnumerable<int> households)
    {
        var key = GrainKey.Parse(delivery);
        var terms = ((AgreementState)Story.StateOf(Agreement)).Terms!;
        Give(Agreement, Party(Buyer), StartDelivery.Of(terms, key, GrainKey.Parse("run-1")));
        var numbers = households.OrderBy(HouseholdOf).ToList();
        var blocks = ImmutableArray.CreateBuilder<ManifestBlock>();
        var leaves = new List<ManifestLeaf>();
        foreach (var block in numbers.Chunk(RowsInBlock))
        {
            Story.Pass(TimeSpan.FromMilliseconds(5));
            leaves.AddRange(block.Select(number => Leaf(number, blocks.Count)));
            blocks.Add(new(
                blocks.Count, Story.Now, Seen(Agreement), Seen(Dataset), Seen(Department), Seen(Buyer), block.Length,
                block.Length * 20L));
        }

        var header = new ManifestHeader(
            Agreement, key, Dataset.Key, GrainKey.Parse("revision-1"), Columns, Withheld: [], blocks.ToImmutable());
        var (root, bytes) = Write(header, leaves);
        Story.Keep(ContentKind.Manifest, root, bytes);
        Manifests.Add(root);
        Story.Pass(TimeSpan.FromMilliseconds(5));
        Give(Agreement, Node, new EndDelivery(
            key, DeliveryOutcome.Complete, numbers.Count, numbers.Count * 20L, Hashes.Tagged(HashTag.Document, [4]),
            root));
        return root;
    }

    private static (Digest Root, byte[] Bytes) Write(ManifestHeader header, List<ManifestLeaf> leaves)
    {
        using var bytes = new MemoryStream();
        var writer = new ManifestWriter(bytes.Write, header, new(leaves.Count));
        leaves.ForEach(writer.Write);
        return (writer.Complete(), bytes.ToArray());
    }

    private ManifestLeaf Leaf(int number, int block) => new(
        HouseholdOf(number).Key, Member: null, IdentifierOf(number).Key, new(0),
        _consents.GetValueOrDefault(number), Seen(HouseholdOf(number)), block, Rows: 1);

    private ManifestHead Seen(ChainId chain) => new(Story.HeadOf(chain).Index, Story.HeadOf(chain).Hash);

    private void Register(ChainId party, RegistrationStep step, Command note)
    {
        Give(party, Process, note);
        var cited = Story.Cite(new NotedQuestion(party))!;
        Give(Agreement, Process, new CloseRegistration(step, party), cited);
    }

    private Receipt Give(ChainId chain, Actor actor, Command command, params CitedFact[] supplied)
    {
        Story.Pass(TimeSpan.FromMilliseconds(1));
        return Story.Give(chain, actor, command, supplied);
    }

    private static ImmutableSortedDictionary<string, string> Texts(string text) =>
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal).Add("en", text);

    private static string Name(string prefix, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:d8}");

    private static Actor Person(ChainId id, Role role) =>
        new(id, role, OnBehalfOf: null, $"person-{id.Key}", Channel.Self, Token);

    private static Actor Officer(int number) => new(
        ChainId.Parse(Name("officer/o", number)), Role.Officer, Department, Name("person-o", number), Channel.Paper,
        Token);

    // Nobody opens it here: what is sealed is bytes to the rules.
    private static SealedText Sealed { get; } = new(new byte[12], new byte[24]);

    private static Actor Machine(ChainId id, Role role) =>
        new(id, role, OnBehalfOf: null, Person: null, Channel.Process, Authentication: null);
}
