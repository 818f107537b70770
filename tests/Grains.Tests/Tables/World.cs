using System.Globalization;
using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Departments;
using Exchange.Grains.Exchanges;
using Exchange.Grains.Households;
using Exchange.Grains.Notices;

namespace Exchange.Grains.Tests.Tables;

/// <summary>The other grains of the decision tables, and who acts. Facts are answers of these states.</summary>
internal static class World
{
    internal static readonly UnixMilliseconds Now = At("2026-07-01");
    internal static readonly Digest NoticeText = new(Enumerable.Repeat((byte)7, Digest.SizeBytes).ToArray());
    internal static readonly Period ThisYear = new(At("2026-01-01"), At("2027-01-01"));

    internal static readonly Actor Operator = Person("operator/self", Role.Operator);
    internal static readonly Actor Relief = Person("department/relief", Role.Department);
    internal static readonly Actor Schools = Person("department/schools", Role.Department);
    internal static readonly Actor Unregistered = Person("department/nowhere", Role.Department);
    internal static readonly Actor Acme = Person("buyer/acme", Role.Buyer);
    internal static readonly Actor Regulator = Person("regulator/r", Role.Regulator);
    internal static readonly Actor Home = Person("household/home", Role.Household);
    internal static readonly Actor Neighbour = Person("household/neighbour", Role.Household);
    internal static readonly Actor Node = new(
        ChainId.Parse("system/node"), Role.System, null, null, Channel.Process, null);

    internal static readonly Actor Process = new(
        ChainId.Parse("process/deal"), Role.Process, null, null, Channel.Process, null);

    internal static readonly Actor First = OfficerOf("first");
    internal static readonly Actor Second = OfficerOf("second");
    internal static readonly ImmutableArray<Actor> Everybody =
    [
        Operator, Relief, Schools, Unregistered, Acme, Regulator, Home, Neighbour, Node, Process, First, Second,
        OnPaper(First), OnPaper(Second), OfficerOf("registrar"), OfficerOf("clerk"), OfficerOf("late"),
        OfficerOf("gone"), OfficerOf("elsewhere"), OfficerOf("nobody"),
    ];

    internal static readonly ImmutableDictionary<ChainId, GrainState> Others = new Dictionary<string, GrainState>
    {
        ["exchange/self"] = new ExchangeState(default(ExchangeId), ImmutableSortedDictionary.CreateRange(
            new Dictionary<GrainKey, Officer>
            {
                [Key("first")] = Appointed("52", Mandate.RegisterAndRecord),
                [Key("second")] = Appointed("5201", Mandate.RegisterAndRecord),
                [Key("registrar")] = Appointed("52", Mandate.RegisterHouseholds),
                [Key("clerk")] = Appointed("52", Mandate.RecordConsents),
                [Key("late")] = Appointed("52", Mandate.RegisterAndRecord) with { Term = new(At("2020-01-01"), Now) },
                [Key("gone")] = Appointed("52", Mandate.RegisterAndRecord) with { RevokedAt = At("2026-02-01") },
                [Key("elsewhere")] = Appointed("5203", Mandate.RegisterAndRecord),
            })),
        ["department/relief"] = new DepartmentState(
            new("Relief", "X", "x", DivisionCode.Parse("52"), AuthorityKind.PovertyRelief), null),
        ["department/schools"] = new DepartmentState(
            new("Schools", "X", "x", DivisionCode.Parse("5203"), AuthorityKind.Education), null),
        ["household/home"] = HouseholdState.Initial with
        {
            Details = new(Key("relief"), DivisionCode.Parse("520102")),
            Members = ImmutableSortedDictionary<GrainKey, Member>.Empty.Add(Key("ma"), new(true, null, [], null)),
        },
        ["buyer/acme"] = Buyer(BuyerStatus.Approved),
        ["buyer/waiting"] = Buyer(BuyerStatus.Registered),
        ["buyer/suspended"] = Buyer(BuyerStatus.Suspended),
        ["notice/told"] = new NoticeState(
            Key("relief"), NoticeState.Initial.Documents.Add(NoticeState.KeyOf(1, "zh"), NoticeText)),
        ["dataset/incomes"] = DatasetState.Initial with
        {
            Details = new(
                Key("relief"),
                new(DataLevel.General, PersonalClass.Personal, Openness.Conditional, Openness.None, Tradeable: true),
                new(SubjectLevel.Household, ColumnName.Parse("number"), Key("card")),
                new(
                    ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, string>.Empty,
                    [], [], "x", "x", [], null, UpdateFrequency.Yearly)),
            ColumnTypes = DatasetState.Initial.ColumnTypes
                .Add(ColumnName.Parse("income"), ColumnType.Decimal).Add(ColumnName.Parse("cause"), ColumnType.Text),
        },
        ["agreement/deal"] = AgreementState.Initial with
        {
            Status = AgreementStatus.Finalized,
            Terms = Deal("department/relief"),
        },
        ["agreement/others"] = AgreementState.Initial with
        {
            Status = AgreementStatus.Finalized,
            Terms = Deal("department/schools"),
        },
    }.ToImmutableDictionary(pair => ChainId.Parse(pair.Key), pair => pair.Value);

    internal static GrainKey Key(string text) => GrainKey.Parse(text);

    internal static UnixMilliseconds At(string time) => new(
        DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            .ToUnixTimeMilliseconds());

    internal static Actor OfficerOf(string key, string? person = null) => new(
        new(GrainKind.Officer, Key(key)), Role.Officer, ChainId.Parse("department/relief"), person, Channel.Officer,
        null);

    internal static Actor OnPaper(Actor actor) => actor with { Channel = Channel.Paper };

    internal static SealedText Sealed(int first) => new(Enumerable.Repeat((byte)first, 12).ToArray(), new byte[20]);

    /// <summary>The facts that a command would be decided with, read from the states of this world.</summary>
    internal static ImmutableArray<CitedFact> FactsFor(GrainRules rules, ChainId chain, Actor actor, Command command) =>
    [
        .. from question in rules.Questions(chain, actor, command)
           let state = Others.GetValueOrDefault(question.Chain)
           let answer = state is null ? null : question.Answer(state)
           where answer is not null
           select new CitedFact(question.Chain, new(new(0), default(Digest)), Now, answer),
    ];

    private static Actor Person(string id, Role role) =>
        new(ChainId.Parse(id), role, null, "person-" + id.Split('/')[1], Channel.Self, null);

    private static Officer Appointed(string division, Mandate mandate) =>
        new(Key("relief"), DivisionCode.Parse(division), mandate, ThisYear, null, null);

    private static BuyerState Buyer(BuyerStatus status) =>
        new(new("Acme", "1", "CN", "x", [PurposeCode.Parse("gx:PovertyRelief")]), status, null);

    private static AgreementTerms Deal(string licensor) => new(
        ChainId.Parse(licensor), ChainId.Parse("buyer/acme"), LawfulBasis.Consent,
        PurposeCode.Parse("gx:PovertyRelief"), ThisYear, Key("incomes"), Key("offer"), NoticeText,
        [ColumnName.Parse("income")], null);
}
