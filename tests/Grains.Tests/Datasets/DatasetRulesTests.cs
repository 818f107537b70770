using Exchange.Grains.Datasets;
using Exchange.Grains.Tests.Replay;
using static Exchange.Grains.Tests.Replay.Market;

namespace Exchange.Grains.Tests.Datasets;

/// <summary>Every command to a dataset with every refusal it can meet, and in which order.</summary>
public sealed class DatasetRulesTests
{
    private static readonly Period Empty = new(new(5), new(5));
    private static readonly DatasetDescription Corrected = Description with { Source = "census" };
    private static readonly RevokeRevision Revoke = new(Key("r1"), "wrong year");
    private static readonly MakeOffer Offer = new(Key("offer"), Text, Terms);

    [Fact]
    public void Publication_is_answered_as_the_table_says() => DecisionCase.Hold(Incomes,
    [
        new(WithParties, ReliefToken, Publish, null),
        new(WithParties, ReliefToken, Publish with { Classification = Open, Subject = OfNobody }, null),
        new(WithParties, SchoolsToken, Publish, Refusal.NotPermitted),
        new(WithParties, Operator, Publish, Refusal.NotPermitted),
        new(() => WithDataset(), SchoolsToken, Publish, Refusal.AlreadyExists),
        new(WithParties, ReliefToken, Publish with { Description = Description with { Temporal = Empty } },
            Refusal.PeriodEmpty),
        new(WithParties, ReliefToken, Publish with
        {
            Description = Description with { Spatial = [DivisionCode.Parse("999999")] },
        }, Refusal.DivisionUnknown),
        new(WithParties, ReliefToken, Publish with { Classification = Open }, Refusal.SubjectLevelInvalid),
        new(WithParties, ReliefToken, Publish with { Subject = OfNobody }, Refusal.SubjectLevelInvalid),
        new(WithParties, ReliefToken, Publish with
        {
            Classification = Open, Subject = OfNobody with { KeyColumn = Number },
        }, Refusal.SubjectLevelInvalid),
        new(WithParties, ReliefToken, Publish with { Subject = OfHouseholds with { KeyColumn = null } },
            Refusal.SubjectKeyMissing),
        new(WithParties, ReliefToken, Publish with { Subject = OfHouseholds with { Scheme = null } },
            Refusal.SubjectKeyMissing),
        new(() => new(), ReliefToken, Publish, Refusal.DepartmentUnknown),
    ]);

    [Fact]
    public void Corrections_and_classes_are_answered_as_the_table_says() => DecisionCase.Hold(Incomes,
    [
        new(() => WithDataset(), ReliefToken, new CorrectDataset(Corrected), null),
        new(() => WithDataset(), Operator, new CorrectDataset(Corrected), Refusal.NotPermitted),
        new(() => WithDataset(), SchoolsToken, new CorrectDataset(Corrected), Refusal.NotPermitted),
        new(WithParties, SchoolsToken, new CorrectDataset(Corrected), Refusal.DatasetUnknown),
        new(() => WithDataset(), ReliefToken, new CorrectDataset(Description), Refusal.NothingChanged),
        new(() => WithDataset(), ReliefToken, new CorrectDataset(Description with { Temporal = Empty }),
            Refusal.PeriodEmpty),

        new(() => WithDataset(), ReliefToken, Classified(Personal with { Level = DataLevel.Core }), null),
        new(() => WithDataset(), Operator, Classified(Personal with { Tradeable = false }), null),
        new(() => WithDataset(Open, OfNobody), ReliefToken, Classified(Personal), null),
        new(() => WithDataset(), AcmeToken, Classified(Personal), Refusal.NotPermitted),
        new(() => WithDataset(), SchoolsToken, Classified(Personal), Refusal.NotPermitted),
        new(WithParties, Operator, Classified(Personal), Refusal.DatasetUnknown),
        new(() => WithDataset(), ReliefToken, Classified(Open), Refusal.SubjectLevelInvalid),
        new(() => WithDataset(), ReliefToken, Classified(Personal), Refusal.NothingChanged),
    ]);

    [Fact]
    public void Revisions_are_answered_as_the_table_says() => DecisionCase.Hold(Incomes,
    [
        new(() => WithDataset(), ReliefToken, Declare, null),
        new(() => WithDataset(), Operator, Declare, Refusal.NotPermitted),
        new(() => WithDataset(), SchoolsToken, Declare, Refusal.NotPermitted),
        new(WithParties, ReliefToken, Declare, Refusal.DatasetUnknown),
        new(Declared, ReliefToken, Declare with { Columns = [] }, Refusal.RevisionAlreadyExists),
        new(() => WithDataset(), ReliefToken, Declare with { Columns = [] }, Refusal.ColumnsMissing),
        new(() => WithDataset(), ReliefToken, Declare with { Columns = [Declare.Columns[1], Declare.Columns[1]] },
            Refusal.ColumnsRepeated),
        new(() => WithDataset(), ReliefToken, Declare with { Columns = [Declare.Columns[1]] },
            Refusal.SubjectKeyNotDeclared),
        new(() => WithDataset(), ReliefToken, WithSubjectColumn, Refusal.ColumnNameReserved),
        new(() => WithDataset(Open, OfNobody), ReliefToken, WithSubjectColumn, null),
        new(Declared, ReliefToken, Again(ColumnType.Decimal), Refusal.ColumnTypeChanged),
        new(Declared, ReliefToken, Again(ColumnType.Integer), null),

        new(Declared, ReliefToken, new PublishRevision(Key("r1"), Text), null),
        new(Declared, SchoolsToken, new PublishRevision(Key("r1"), Text), Refusal.NotPermitted),
        new(WithParties, ReliefToken, new PublishRevision(Key("r1"), Text), Refusal.DatasetUnknown),
        new(Declared, ReliefToken, new PublishRevision(Key("r2"), Text), Refusal.RevisionUnknown),
        new(Declared, ReliefToken, new PublishRevision(Key("r1"), OtherText), Refusal.ContentNotMeasured),
        new(Unmeasured, ReliefToken, new PublishRevision(Key("r1"), Text), Refusal.ContentNotMeasured),
        new(() => WithRevision(), ReliefToken, new PublishRevision(Key("r1"), Text), Refusal.RevisionAlreadyPublished),
        new(Revoked, ReliefToken, new PublishRevision(Key("r1"), OtherText), Refusal.RevisionRevoked),

        new(() => WithRevision(), ReliefToken, Revoke, null),
        new(() => WithRevision(), AcmeToken, Revoke, Refusal.NotPermitted),
        new(WithParties, ReliefToken, Revoke, Refusal.DatasetUnknown),
        new(() => WithDataset(), ReliefToken, Revoke, Refusal.RevisionUnknown),
        new(Declared, ReliefToken, Revoke, Refusal.RevisionNotPublished),
        new(Revoked, ReliefToken, Revoke, Refusal.RevisionRevoked),
    ]);

    [Fact]
    public void Offers_are_answered_as_the_table_says() => DecisionCase.Hold(Incomes,
    [
        new(() => WithRevision(), ReliefToken, Offer, null),
        new(() => WithRevision(), Operator, Offer, Refusal.NotPermitted),
        new(() => WithRevision(), SchoolsToken, Offer, Refusal.NotPermitted),
        new(WithParties, ReliefToken, Offer, Refusal.DatasetUnknown),
        new(Offered(Personal with { Level = DataLevel.Core }), ReliefToken, Offer, Refusal.OfferAlreadyExists),
        new(Classed(Personal with { Level = DataLevel.Core, Tradeable = false }), ReliefToken, Offer,
            Refusal.DatasetIsCore),
        new(Classed(Personal with { Tradeable = false, Sharing = Openness.None }), ReliefToken, Offer,
            Refusal.DatasetNotTradeable),
        new(Classed(Personal with { Sharing = Openness.None }), ReliefToken, Offer, Refusal.SharingNotAllowed),
        new(RaisedToPersonal, ReliefToken, Offer, Refusal.SubjectKeyMissing),
        new(() => WithDataset(), ReliefToken, With(Terms with { Period = Empty }), Refusal.NoRevisionPublished),
        new(() => WithRevision(), ReliefToken, With(Terms with { Period = Empty }), Refusal.PeriodEmpty),
        new(() => WithRevision(), ReliefToken, With(Terms with { Period = new(new(1), new(9)) }),
            Refusal.OfferNotInForce),
        new(() => WithRevision(), ReliefToken, With(Terms with { Allowed = [] }), Refusal.PurposeUnknown),
        new(() => WithRevision(), ReliefToken, With(Terms with { Allowed = [PurposeCode.Parse("gx:Spying")] }),
            Refusal.PurposeUnknown),
        new(() => WithRevision(), ReliefToken, With(Terms with { Columns = [] }), Refusal.ColumnsUnknown),
        new(() => WithRevision(), ReliefToken, With(Terms with { Columns = [ColumnName.Parse("age")] }),
            Refusal.ColumnsUnknown),
        new(() => WithRevision(), ReliefToken, With(Terms with { Columns = [Number], PriceFen = 1 }),
            Refusal.ColumnsNotOffered),
        new(() => WithRevision(), ReliefToken, With(Terms with { PriceFen = 1, Assessment = null }),
            Refusal.PaymentNotAvailable),
        new(() => WithRevision(), ReliefToken, With(Terms with { Assessment = null }), Refusal.ImpactAssessmentMissing),
        new(() => WithRevision(Open, OfNobody), ReliefToken, With(Terms with { Assessment = null }), null),

        new(() => WithOffer(), ReliefToken, new RetireOffer(Key("offer")), null),
        new(() => WithOffer(), SchoolsToken, new RetireOffer(Key("offer")), Refusal.NotPermitted),
        new(WithParties, ReliefToken, new RetireOffer(Key("offer")), Refusal.DatasetUnknown),
        new(() => WithRevision(), ReliefToken, new RetireOffer(Key("offer")), Refusal.OfferUnknown),
        new(Retired, ReliefToken, new RetireOffer(Key("offer")), Refusal.OfferRetired),
    ]);

    [Fact]
    public void A_second_revision_supersedes_the_first_and_its_revocation_brings_the_first_back()
    {
        var story = WithRevision();

        story.Does(ReliefToken, Incomes, Again(ColumnType.Integer));
        story.Does(ReliefToken, Incomes, new PublishRevision(Key("r2"), Text));
        var second = story.StateOf<DatasetState>(Incomes);
        story.Does(ReliefToken, Incomes, new RevokeRevision(Key("r2"), "wrong"));
        var again = story.StateOf<DatasetState>(Incomes);
        story.Does(ReliefToken, Incomes, Revoke);

        Assert.Equal(Key("r2"), second.Latest);
        Assert.Equal(RevisionStatus.Superseded, second.Revisions[Key("r1")].Status);
        Assert.Equal(Key("r1"), again.Latest);
        Assert.Equal(RevisionStatus.Published, again.Revisions[Key("r1")].Status);
        Assert.Null(story.StateOf<DatasetState>(Incomes).Latest);
    }

    [Fact]
    public void Rows_follow_dataset_revisions_and_offers()
    {
        var story = Retired();

        story.Does(ReliefToken, Incomes, Again(ColumnType.Integer));
        story.Does(ReliefToken, Incomes, new PublishRevision(Key("r2"), Text));
        story.Does(ReliefToken, Incomes, new CorrectDataset(Corrected));

        var rows = story.Replayed(Incomes).Rows;
        var dataset = Assert.Single(rows.OfType<DatasetRow>());
        Assert.Equal(("census", Key("r2")), (dataset.Description.Source, dataset.Latest!.Value));
        Assert.Equal(
            [RevisionStatus.Superseded, RevisionStatus.Published],
            rows.OfType<RevisionRow>().Select(row => row.Revision.Status));
        Assert.True(Assert.Single(rows.OfType<OfferRow>()).Offer.Retired);
    }

    private static ReclassifyDataset Classified(Classification classes) => new(classes);

    private static MakeOffer With(OfferTerms terms) => Offer with { Terms = terms };

    private static DeclareRevision WithSubjectColumn => Declare with
    {
        Columns = Declare.Columns.Add(new(DatasetRules.SubjectColumn, ColumnType.Text, Required: false)),
    };

    private static DeclareRevision Again(ColumnType income) => Declare with
    {
        Revision = Key("r2"),
        Columns = Declare.Columns.SetItem(1, new(Income, income, Required: false)),
    };

    private static Story Unmeasured()
    {
        var story = WithDataset();
        story.Does(ReliefToken, Incomes, Declare);
        return story;
    }

    private static Story Declared()
    {
        var story = Unmeasured();
        Measures(story);
        return story;
    }

    private static Story Revoked()
    {
        var story = WithRevision();
        story.Does(ReliefToken, Incomes, Revoke);
        return story;
    }

    private static Story Retired()
    {
        var story = WithOffer();
        story.Does(ReliefToken, Incomes, new RetireOffer(Key("offer")));
        return story;
    }

    private static Story RaisedToPersonal()
    {
        var story = WithRevision(Open, OfNobody);
        story.Does(ReliefToken, Incomes, Classified(Personal));
        return story;
    }

    private static Func<Story> Classed(Classification classes) => () =>
    {
        var story = WithRevision();
        story.Does(ReliefToken, Incomes, Classified(classes));
        return story;
    };

    private static Func<Story> Offered(Classification classes) => () =>
    {
        var story = WithOffer();
        story.Does(ReliefToken, Incomes, Classified(classes));
        return story;
    };
}
