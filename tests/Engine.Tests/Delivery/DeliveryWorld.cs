using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Exchange.Engine.Contents;
using Exchange.Engine.Delivery;
using Exchange.Engine.Hosting;
using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Engine.Secrets;
using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Departments;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;
using Exchange.Grains.Notices;
using Exchange.Signing;
using Exchange.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Engine.Tests.Delivery;

/// <summary>An exchange in memory with a department, its dataset, households and a buyer.</summary>
internal sealed class DeliveryWorld : IAsyncDisposable
{
    internal static readonly ChainId Department = ChainId.Parse("department/relief");
    internal static readonly ChainId Buyer = ChainId.Parse("buyer/acme");
    internal static readonly ChainId Dataset = ChainId.Parse("dataset/poverty");
    internal static readonly ChainId Agreement = ChainId.Parse("agreement/first");
    internal static readonly GrainKey Revision = GrainKey.Parse("revision-1");
    internal static readonly Actor Operator = Person(ChainId.Parse("operator/main"), Role.Operator);

    private static readonly ChainId Notice = ChainId.Parse("notice/relief");
    private static readonly GrainKey Scheme = GrainKey.Parse("relief-number");
    private static readonly PurposeCode Purpose = PurposeCode.Parse("gx:PovertyRelief");
    private static readonly Digest Document = Hashes.Tagged(HashTag.Document, [1]);
    private static readonly Period Century = new(new(0), new(4_000_000_000_000));

    private readonly MemoryLedgerStore _ledger = new();
    private readonly ContentSecrets _secrets = new(Secret(1), Secret(2), Secret(3));
    private readonly SubjectKeys _keys = new(new MemorySecretStore(), MasterKey.Create());
    private int _commands;

    private DeliveryWorld() => Leases = new(LeaseTime);

    internal EmbeddedExchange Exchange { get; private set; } = null!;

    internal MemoryContentStore Contents { get; } = new();

    /// <summary>The clock of the leases: by the store, and by the nodes that hold them.</summary>
    internal FakeTime LeaseTime { get; } = new();

    internal MemoryLeaseStore Leases { get; }

    /// <summary>The run that deliveries are started under unless a test says otherwise.</summary>
    internal NodeRun FirstRun { get; private set; } = null!;

    internal MemoryRowStore Rows => new(_ledger);

    internal static ImmutableSortedSet<ColumnName> AllColumns { get; } = [Name("cause"), Name("income")];

    internal static async Task<DeliveryWorld> OpenAsync(SubjectLevel level = SubjectLevel.Household)
    {
        var world = new DeliveryWorld();
        world.Exchange = await EmbeddedExchange.OpenAsync(
            new(world._ledger, new MemorySnapshotStore(), (chain, index) => SecretIds.Salt(Secret(4), chain, index),
                Document, TimeProvider.System),
            CancellationToken.None);
        world.FirstRun = await world.BeginRunAsync("run-1");
        await world.PrepareAsync(level);
        return world;
    }

    /// <summary>Changes a byte of a chain's first entry, which its grain reads again.</summary>
    internal async Task BreakAsync(ChainId chain)
    {
        await foreach (var entry in _ledger.ReadChainAsync(chain, new(0), new(0), CancellationToken.None))
        {
            var bytes = entry.Bytes.ToArray();
            bytes[^1] ^= 1;
            _ledger.Tamper(chain, new(0), bytes);
        }

        Exchange.Release(chain);
    }

    internal static ChainId HouseholdOf(int number) => ChainId.Parse(Text("household/h", number));

    internal ChainId IdentifierOf(int number) => new(
        GrainKind.Identifier,
        SecretIds.IdentifierKey(_secrets.Index.Span, Department.Key, Scheme.Value, Text("n", number)));

    /// <summary>One row for each number, in an order that is not that of the households.</summary>
    internal static string Table(IEnumerable<int> numbers) => "number,cause,income\r\n" + string.Concat(
        numbers.Reverse().Select(number => $"{Text("n", number)},\"ill, {number}\",{number}\r\n"));

    internal IContentUploads Uploads(UploadOptions? options = null) =>
        new ContentUploads(Exchange, Rows, Contents, _keys, _secrets, options ?? new());

    /// <summary>Begins the run of a node; where its lease is lost, the next has "-next" behind its name.</summary>
    internal async Task<NodeRun> BeginRunAsync(string name, TimeProvider? clock = null)
    {
        var names = new Queue<string>([name, name + "-next"]);
        return await NodeRun.BeginAsync(
            Leases, () => GrainKey.Parse(names.Dequeue()), clock ?? LeaseTime, NullLogger.Instance,
            CancellationToken.None);
    }

    internal Deliveries Deliveries(
        NodeRun? run = null, DeliveryOptions? options = null, IContentStore? contents = null,
        ReadMoment? readMoment = null, TimeProvider? time = null) =>
        new(run ?? FirstRun, Exchange, Rows, contents ?? Contents, _keys, _secrets,
            readMoment ?? Exchange.Clock.ReadTimeAsync, options ?? new(), time ?? TimeProvider.System,
            NullLogger.Instance);

    internal Task<UploadOutcome> UploadAsync(string csv, UploadOptions? options = null, CommandId? id = null) =>
        UploadAsync(Encoding.UTF8.GetBytes(csv), options, id);

    internal async Task<UploadOutcome> UploadAsync(byte[] csv, UploadOptions? options = null, CommandId? id = null) =>
        await Uploads(options).UploadAsync(
            new(Dataset, Revision, Person(Department, Role.Department), id ?? NextId()), new MemoryStream(csv),
            CancellationToken.None);

    internal async Task RegisterAsync(int number)
    {
        await GiveAsync(HouseholdOf(number), Person(Department, Role.Department), new RegisterHousehold(
            Department.Key, DivisionCode.Parse("520102"),
            [new(GrainKey.Parse(Text("m", number)), Adult: true, BirthYear: null, Details: null, Guardians: [])]));
        await GiveAsync(IdentifierOf(number), Person(Department, Role.Department), new LinkIdentifier(
            Department.Key, Scheme, HouseholdOf(number).Key, GrainKey.Parse(Text("m", number))));
    }

    internal Task ConsentAsync(int number, ImmutableSortedSet<ColumnName>? columns = null) => GiveAsync(
        HouseholdOf(number), Person(HouseholdOf(number), Role.Household), new GrantConsent(
            GrainKey.Parse(Text("c", number)), Giver: null, Capacity.Self, AuthorisedBy: [],
            new(
                Members: [], new(Notice.Key, Version: 1, "en", Document), Buyer, Dataset.Key, columns ?? AllColumns,
                [Purpose], [ProcessingMethod.Use], Century, RetentionDays: 365, LegalBasis.Consent),
            new(SignedAt: null, Scan: null, PaperReference: null, Note: null), Supersedes: null));

    internal Task WithdrawAsync(int number) => GiveAsync(
        HouseholdOf(number), Person(HouseholdOf(number), Role.Household),
        new WithdrawConsent(
            WithdrawalScope.ThisConsent, GrainKey.Parse(Text("c", number)), Recipient: null, SignedAt: null,
            Note: null));

    internal async Task LicenseAsync(LawfulBasis basis = LawfulBasis.Consent)
    {
        await GiveAsync(Dataset, Person(Department, Role.Department), new MakeOffer(
            GrainKey.Parse("offer-1"), Document,
            new(AllColumns, [Purpose], Century, PriceFen: 0, new("PIA-1", Document))));
        await GiveAsync(Agreement, Person(Buyer, Role.Buyer), new RequestAgreement(new(
            Department, Buyer, basis, Purpose, Century, Dataset.Key, GrainKey.Parse("offer-1"), Document, AllColumns,
            PinnedRevision: null)));
    }

    internal async Task StartAsync(string delivery, string run = "run-1")
    {
        var terms = ((AgreementState)(await Exchange.ReadAsync(Agreement, CancellationToken.None)).State).Terms!;
        await GiveAsync(
            Agreement, Person(Buyer, Role.Buyer),
            StartDelivery.Of(terms, GrainKey.Parse(delivery), GrainKey.Parse(run)));
    }

    /// <summary>Starts, streams to the end and answers the bytes.</summary>
    internal async Task<(DeliveryOutcome Outcome, string Csv)> DeliverAsync(
        string delivery, Deliveries? deliveries = null)
    {
        await StartAsync(delivery);
        return await StreamAsync(delivery, deliveries ?? Deliveries());
    }

    internal static async Task<(DeliveryOutcome Outcome, string Csv)> StreamAsync(
        string delivery, Deliveries deliveries)
    {
        var opening = await deliveries.OpenAsync(Agreement, GrainKey.Parse(delivery), CancellationToken.None);
        await using var stream = Assert.IsType<DeliveryOpening.Ready>(opening).Stream;
        var output = new MemoryStream();
        var outcome = await stream.CopyToAsync(PipeWriter.Create(output), CancellationToken.None);
        return (outcome, Encoding.UTF8.GetString(output.ToArray()));
    }

    internal async Task<DeliveryEnd?> EndOfAsync(string delivery) =>
        ((DeliveryRow)(await Rows.FindAsync(RowTable.Delivery, Agreement, delivery, CancellationToken.None))!).End;

    internal async Task<(ManifestHeader Header, List<ManifestLeaf> Leaves)> ManifestOfAsync(string delivery)
    {
        var root = (await EndOfAsync(delivery))!.Manifest!.Value;
        var stream = await Contents.OpenAsync(new(ContentKind.Manifest, root), CancellationToken.None);
        var reader = new ManifestReader(stream!.Read);
        var leaves = new List<ManifestLeaf>();
        while (reader.Next() is { } leaf)
        {
            leaves.Add(leaf);
        }

        Assert.Equal(root, reader.Root());
        return (reader.Header, leaves);
    }

    internal async Task GiveAsync(ChainId chain, Actor actor, Command command)
    {
        var outcome = await Exchange.SubmitAsync(new(chain, NextId(), actor, command), CancellationToken.None);
        Assert.True(outcome is SubmitOutcome.Accepted, $"Expected {command} to be accepted, found {outcome}.");
    }

    internal CommandId NextId() => new(new((ulong)++_commands, 7));

    internal static ColumnName Name(string name) => ColumnName.Parse(name);

    internal static Actor Person(ChainId id, Role role) => new(
        id, role, OnBehalfOf: null, $"person-{id.Key}", Ledger.Channel.Self, new(Document, "es256"));

    public ValueTask DisposeAsync() => Exchange.DisposeAsync();

    private async Task PrepareAsync(SubjectLevel level)
    {
        var department = Person(Department, Role.Department);
        await GiveAsync(Department, Operator, new RegisterDepartment(
            "Guizhou Poverty Relief Office", CreditCode.Complete("11520000MB1234567"), "relief@example.cn",
            DivisionCode.Parse("52"), AuthorityKind.PovertyRelief));
        await GiveAsync(
            Buyer, Operator, new RegisterBuyer(new("Acme", "91520000MA6AAAAA1B", "CN", "a@example.cn", [Purpose])));
        await GiveAsync(Buyer, Operator, new ApproveBuyer());
        await GiveAsync(Notice, department, new PublishNotice(Department.Key, Version: 1, "en", Document));
        var open = level == SubjectLevel.None;
        await GiveAsync(Dataset, department, new PublishDataset(
            Department.Key,
            new(
                Texts("Registry"), Texts("Households"), ["poverty"], [Theme.Society], "offices", "relief@example.cn",
                [DivisionCode.Parse("52")], Temporal: null, UpdateFrequency.Yearly),
            new(
                DataLevel.General, open ? PersonalClass.None : PersonalClass.Personal, Openness.Conditional,
                open ? Openness.Unconditional : Openness.None, Tradeable: true),
            open ? new(level, null, null) : new(level, Name("number"), Scheme)));
        await GiveAsync(Dataset, department, new DeclareRevision(
            Revision,
            [
                new(Name("number"), ColumnType.Text, Required: true),
                new(Name("cause"), ColumnType.Text, Required: false),
                new(Name("income"), ColumnType.Integer, Required: false),
            ],
            Document));
    }

    private static ImmutableSortedDictionary<string, string> Texts(string text) =>
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal).Add("en", text);

    private static string Text(string prefix, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:d5}");

    private static byte[] Secret(byte use) => SHA256.HashData([use]);
}
