using System.Diagnostics;
using Exchange.Grains.Codes;
using Exchange.Grains.Facts;
using static Exchange.Grains.Rules.Decision;

namespace Exchange.Grains.Datasets;

/// <summary>
/// The rules of the kind dataset. Guards in order: the role, the dataset's existence, whose it is, what it holds
/// already, its classes, what the command says, facts.
/// </summary>
public sealed class DatasetRules : GrainRules<DatasetState, DatasetCommand, DatasetEvent>
{
    public static readonly DatasetRules Instance = new();

    /// <summary>
    /// The column of pseudonyms in a delivery about persons or households: no other may have its name.
    /// </summary>
    public static readonly ColumnName SubjectColumn = ColumnName.Parse("subject");

    private DatasetRules()
    {
    }

    public override GrainKind Kind => GrainKind.Dataset;

    public override GrainState Initial => DatasetState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, DatasetCommand command) =>
        command switch
        {
            PublishDataset publish => [new DepartmentQuestion(new(GrainKind.Department, publish.Department))],
            PublishRevision publish => [new ContentQuestion(chain, publish.Revision)],
            _ => [],
        };

    protected override Decision Decide(
        DatasetState state, DatasetCommand command, CommandEnvelope envelope, UnixMilliseconds time) =>
        (command, state) switch
        {
            _ when !HasRole(command, envelope.Actor) => Refuse(Refusal.NotPermitted),

            (PublishDataset, { Details: not null }) => Refuse(Refusal.AlreadyExists),
            (PublishDataset publish, _) => Decide(publish, envelope),

            (_, { Details: null }) => Refuse(Refusal.DatasetUnknown),
            (_, { Details: { } details }) when !IsOwn(details, envelope.Actor) => Refuse(Refusal.NotPermitted),

            (CorrectDataset correct, { Details: { } details }) => Decide(details, correct),
            (ReclassifyDataset reclassify, { Details: { } details }) => Decide(details, reclassify),
            (DeclareRevision declare, { Details: { } details }) => Decide(state, details, declare),
            (PublishRevision publish, _) => Decide(state, publish, envelope.FactOf<ContentFact>(envelope.Chain)),
            (RevokeRevision revoke, _) => Decide(state, revoke),
            (MakeOffer make, { Details: { } details }) =>
                OfferRules.WhyNot(state, details, make, time) is { } refusal
                    ? Refuse(refusal)
                    : Accept(new OfferMade(make.Offer, make.Document, make.Terms)),
            (RetireOffer retire, _) => Decide(state, retire),

            _ => throw new UnreachableException($"No rule for {command.GetType().Name} on a dataset."),
        };

    protected override DatasetState Apply(DatasetState state, DatasetEvent @event, EntryPlace place) => @event switch
    {
        DatasetPublished published => state with
        {
            Details = new(published.Department, published.Classification, published.Subject, published.Description),
        },
        DatasetCorrected corrected => state with
        {
            Details = state.Details! with { Description = corrected.Description },
        },
        DatasetReclassified reclassified => state with
        {
            Details = state.Details! with { Classification = reclassified.Classification },
        },
        RevisionDeclared declared => RevisionHistory.Declare(state, declared, place.Index),
        RevisionPublished published => RevisionHistory.Publish(state, published, place.Index),
        RevisionRevoked revoked => RevisionHistory.Revoke(state, revoked.Revision),
        OfferMade made => state with
        {
            Offers = state.Offers.Add(made.Offer, new(made.Document, made.Terms, Retired: false)),
        },
        OfferRetired retired => state with
        {
            Offers = state.Offers.SetItem(retired.Offer, state.Offers[retired.Offer] with { Retired = true }),
        },
        _ => throw new UnreachableException($"{@event.GetType().Name} is no event of a dataset."),
    };

    protected override ImmutableArray<RowChange> Rows(
        DatasetState before, DatasetState after, ImmutableArray<Event> events, EntryPlace place)
    {
        var changes = ImmutableArray.CreateBuilder<RowChange>();
        if (!ReferenceEquals(before.Details, after.Details) || before.Latest != after.Latest)
        {
            var details = after.Details!;
            changes.Add(new RowChange.Upsert(new DatasetRow(
                place.Chain, details.Department, details.Description, details.Classification, details.Subject,
                after.Latest)));
        }

        foreach (var (key, revision) in after.Revisions)
        {
            if (!ReferenceEquals(before.Revisions.GetValueOrDefault(key), revision))
            {
                changes.Add(new RowChange.Upsert(new RevisionRow(place.Chain, key, revision)));
            }
        }

        foreach (var (key, offer) in after.Offers)
        {
            if (!ReferenceEquals(before.Offers.GetValueOrDefault(key), offer))
            {
                changes.Add(new RowChange.Upsert(new OfferRow(place.Chain, key, offer)));
            }
        }

        return changes.ToImmutable();
    }

    private static Decision Decide(PublishDataset publish, CommandEnvelope envelope) => publish switch
    {
        _ when !envelope.Actor.IsParty(new(GrainKind.Department, publish.Department)) => Refuse(Refusal.NotPermitted),
        { Description.Temporal.IsEmpty: true } => Refuse(Refusal.PeriodEmpty),
        { Description: var described } when !DivisionsListed(described) => Refuse(Refusal.DivisionUnknown),
        { Classification.Personal: PersonalClass.None, Subject.Level: not SubjectLevel.None }
            or { Classification.Personal: not PersonalClass.None, Subject.Level: SubjectLevel.None } =>
            Refuse(Refusal.SubjectLevelInvalid),
        { Subject: { Level: SubjectLevel.None, KeyColumn: not null } or { Level: SubjectLevel.None, Scheme: not null } }
            => Refuse(Refusal.SubjectLevelInvalid),
        { Subject: { Level: not SubjectLevel.None } and ({ KeyColumn: null } or { Scheme: null }) } =>
            Refuse(Refusal.SubjectKeyMissing),
        _ when envelope.FactOf<DepartmentFact>(new(GrainKind.Department, publish.Department)) is null =>
            Refuse(Refusal.DepartmentUnknown),
        _ => Accept(new DatasetPublished(
            publish.Department, publish.Description, publish.Classification, publish.Subject)),
    };

    private static Decision Decide(DatasetDetails details, CorrectDataset correct) => correct switch
    {
        { Description.Temporal.IsEmpty: true } => Refuse(Refusal.PeriodEmpty),
        { Description: var described } when !DivisionsListed(described) => Refuse(Refusal.DivisionUnknown),
        _ when Canonical.Equal(details.Description, correct.Description) => Refuse(Refusal.NothingChanged),
        _ => Accept(new DatasetCorrected(correct.Description)),
    };

    // Raising a class is always allowed, also to personal where no subject key was ever declared: offers are then
    // refused and deliveries stopped. Lowering to "no persons" what is about persons is not: its rows stay theirs.
    private static Decision Decide(DatasetDetails details, ReclassifyDataset reclassify) => reclassify switch
    {
        { Classification.Personal: PersonalClass.None } when details.Subject.Level != SubjectLevel.None =>
            Refuse(Refusal.SubjectLevelInvalid),
        _ when details.Classification == reclassify.Classification => Refuse(Refusal.NothingChanged),
        _ => Accept(new DatasetReclassified(reclassify.Classification)),
    };

    private static Decision Decide(DatasetState state, DatasetDetails details, DeclareRevision declare)
    {
        var names = declare.Columns.Select(column => column.Name).ToImmutableSortedSet();
        return declare switch
        {
            _ when state.Revisions.ContainsKey(declare.Revision) => Refuse(Refusal.RevisionAlreadyExists),
            { Columns.IsEmpty: true } => Refuse(Refusal.ColumnsMissing),
            _ when names.Count != declare.Columns.Length => Refuse(Refusal.ColumnsRepeated),
            _ when details.Subject.KeyColumn is { } key && !names.Contains(key) =>
                Refuse(Refusal.SubjectKeyNotDeclared),
            _ when details.Subject.KeyColumn is { } key && key != SubjectColumn && names.Contains(SubjectColumn) =>
                Refuse(Refusal.ColumnNameReserved),
            _ when declare.Columns.Any(column => ChangesType(state, column)) => Refuse(Refusal.ColumnTypeChanged),
            _ => Accept(new RevisionDeclared(declare.Revision, declare.Columns, declare.Document)),
        };
    }

    private static Decision Decide(DatasetState state, PublishRevision publish, ContentFact? measured) =>
        state.Revisions.GetValueOrDefault(publish.Revision)?.Status switch
        {
            null => Refuse(Refusal.RevisionUnknown),
            RevisionStatus.Published or RevisionStatus.Superseded => Refuse(Refusal.RevisionAlreadyPublished),
            RevisionStatus.Revoked => Refuse(Refusal.RevisionRevoked),
            _ when measured is null || measured.Revision != publish.Revision || measured.Upload != publish.Upload =>
                Refuse(Refusal.ContentNotMeasured),
            _ => Accept(new RevisionPublished(
                publish.Revision, publish.Upload, measured.Content, measured.RowsStored, measured.RowsNotLinked,
                measured.SizeBytes)),
        };

    private static Decision Decide(DatasetState state, RevokeRevision revoke) =>
        state.Revisions.GetValueOrDefault(revoke.Revision)?.Status switch
        {
            null => Refuse(Refusal.RevisionUnknown),
            RevisionStatus.Declared => Refuse(Refusal.RevisionNotPublished),
            RevisionStatus.Revoked => Refuse(Refusal.RevisionRevoked),
            _ => Accept(new RevisionRevoked(revoke.Revision, revoke.Reason)),
        };

    private static Decision Decide(DatasetState state, RetireOffer retire) =>
        state.Offers.GetValueOrDefault(retire.Offer) switch
        {
            null => Refuse(Refusal.OfferUnknown),
            { Retired: true } => Refuse(Refusal.OfferRetired),
            _ => Accept(new OfferRetired(retire.Offer)),
        };

    private static bool HasRole(DatasetCommand command, Actor actor) => actor.Role switch
    {
        Role.Department => true,
        Role.Operator => command is ReclassifyDataset && actor.IsOperator(),
        _ => false,
    };

    private static bool IsOwn(DatasetDetails details, Actor actor) =>
        actor.IsParty(new(GrainKind.Department, details.Department)) || actor.IsOperator();

    private static bool DivisionsListed(DatasetDescription description) => description.Spatial.All(Divisions.IsListed);

    private static bool ChangesType(DatasetState state, Column column) =>
        state.ColumnTypes.TryGetValue(column.Name, out var type) && type != column.Type;
}
