namespace Exchange.Grains.Datasets;

// family: what a dataset is asked

/// <summary>A command to a dataset.</summary>
public abstract record DatasetCommand : Command
{
    private protected DatasetCommand()
    {
    }
}

/// <summary>The impact assessment that an offer of personal data rests on.</summary>
public sealed record ImpactAssessment([Text(256)] string Reference, Digest Digest);

/// <summary>The terms of an offer; immutable.</summary>
/// <param name="Allowed">The purposes an agreement may name.</param>
/// <param name="PriceFen">In fen; above 0 is refused until accounts exist.</param>
public sealed record OfferTerms(
    [Count(512)] ImmutableSortedSet<ColumnName> Columns, [Count(64)] ImmutableSortedSet<PurposeCode> Allowed,
    Period Period, long PriceFen, ImpactAssessment? Assessment);

[Wire(701)]
public sealed record PublishDataset(
    GrainKey Department, DatasetDescription Description, Classification Classification, SubjectKey Subject)
    : DatasetCommand;

/// <summary>Corrects the description; as it should stand.</summary>
[Wire(702)]
public sealed record CorrectDataset(DatasetDescription Description) : DatasetCommand;

/// <summary>Classifies anew; a raised class refuses offers and stops deliveries at once.</summary>
[Wire(703)]
public sealed record ReclassifyDataset(Classification Classification) : DatasetCommand;

/// <summary>Declares a revision's columns before its content is put.</summary>
/// <param name="Document">The digest of the column list with meanings, which is content.</param>
[Wire(711)]
public sealed record DeclareRevision(
    GrainKey Revision, [Count(512)] ImmutableArray<Column> Columns, Digest Document) : DatasetCommand;

/// <summary>Publishes a declared revision with the content that was put.</summary>
/// <param name="Upload">The salted digest of the uploaded bytes: a retry is the same intent.</param>
[Wire(712)]
public sealed record PublishRevision(GrainKey Revision, Digest Upload) : DatasetCommand;

[Wire(713)]
public sealed record RevokeRevision(GrainKey Revision, [Text(512)] string Reason) : DatasetCommand;

[Wire(721)]
public sealed record MakeOffer(GrainKey Offer, Digest Document, OfferTerms Terms) : DatasetCommand;

[Wire(722)]
public sealed record RetireOffer(GrainKey Offer) : DatasetCommand;
