using Exchange.Benchmarks.World;
using Exchange.Cluster.Hosts;
using Exchange.Cluster.Messages;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Grains.Agreements;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Exchange.Cluster.Tests;

public sealed class MessagesTests
{
    private static readonly ChainHead Head = new(new(7), Hashes.Tagged(HashTag.Document, [1]));

    [Fact]
    public void A_command_arrives_as_it_was_sent()
    {
        var request = DuplicateActivationTests.Withdrawal(3) with
        {
            ExpectedHead = Head,
            Supplied = [new(Parties.Buyer, Head, new(5), new Grains.Facts.NotedFact(GrainKey.Parse("first")))],
        };

        var message = Packed.Of(CommandMessages.Of(request, MessageVersion.Newest)).Open<CommandMessage>();
        var found = CommandMessages.Read(message);

        Assert.Equal(WireCatalog.Record(request.Command).Fields.ToArray(), message.Fields);
        Assert.Equal(request with { Supplied = default }, found with { Supplied = default });
        Assert.Equal(request.Supplied.ToArray(), found.Supplied.ToArray());
    }

    [Fact]
    public void Every_answer_arrives_as_it_was_given()
    {
        var receipt = new Receipt(new(new Bytes16(1, 2)), Parties.Buyer, Head.Index, Head.Hash, new(9));
        SubmitOutcome[] outcomes =
        [
            new SubmitOutcome.Accepted(receipt, Replayed: true, []),
            new SubmitOutcome.Refused(Refusal.BuyerUnknown),
            new SubmitOutcome.Unavailable(UnavailableReason.Overloaded, TimeSpan.FromSeconds(1.5)),
            new SubmitOutcome.Unknown(),
        ];

        foreach (var outcome in outcomes)
        {
            var found = AnswerMessages.Read(
                Packed.Of(AnswerMessages.Of(outcome, MessageVersion.Newest)).Open<AnswerMessage>());
            Assert.Equal(outcome.GetType(), found.GetType());
            Assert.Equal(outcome.ToString(), found.ToString());
        }
    }

    [Fact]
    public void Changes_of_rows_arrive_as_they_were_made()
    {
        var row = new DueWorkRow(
            ChainId.Parse("agreement/first"), DueWorkKind.NoteOnLicensor, new(4), Parked: false);
        ImmutableArray<RowChange> changes =
            [new RowChange.Upsert(row), new RowChange.Delete(RowTable.DueWork, row.Chain, row.Item)];
        var accepted = new SubmitOutcome.Accepted(
            new(new(new Bytes16(1, 2)), row.Chain, Head.Index, Head.Hash, new(9)), Replayed: false, changes);

        var found = Assert.IsType<SubmitOutcome.Accepted>(AnswerMessages.Read(
            Packed.Of(AnswerMessages.Of(accepted, MessageVersion.Newest)).Open<AnswerMessage>()));

        Assert.Equal(changes.ToArray(), found.Changes.ToArray());
    }

    [Theory]
    [InlineData((int)RowTable.DueWork)]
    [InlineData(9_999)]
    public void What_was_accepted_is_accepted_though_a_row_has_a_form_that_is_not_known(int table)
    {
        var receipt = new Receipt(new(new Bytes16(1, 2)), Parties.Buyer, Head.Index, Head.Hash, new(9));
        var message = AnswerMessages.Of(new SubmitOutcome.Accepted(receipt, Replayed: false, []), MessageVersion.Newest)
            with
        {
            Changes = [new(table, "agreement/first", "item", [0xff])],
        };

        var found = Assert.IsType<SubmitOutcome.Accepted>(AnswerMessages.Read(message));

        Assert.Equal(receipt, found.Receipt);
        Assert.Empty(found.Changes);
    }

    [Fact]
    public void Every_kind_of_grain_has_a_class_of_its_name()
    {
        Assert.Equal(GrainCatalog.Rules.Keys, ChainGrainTypes.All.Keys);
        Assert.All(ChainGrainTypes.All, kind => Assert.Equal(
            new ChainId(kind.Key, GrainKey.Parse("x")).KindName,
            Assert.Single(
                kind.Value.GetCustomAttributesData(),
                data => data.AttributeType == typeof(GrainTypeAttribute)).ConstructorArguments[0].Value));
    }

    [ServerFact]
    public async Task A_command_in_a_form_of_the_future_is_answered_with_the_newest_known_and_does_nothing()
    {
        using var database = TestDatabase.Create();
        await using var silo = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await new Parties(silo.Exchange).RegisterAsync();
        await new Parties(silo.Exchange).RegisterHouseholdAsync(Parties.HouseholdOf(1));
        var message = CommandMessages.Of(DuplicateActivationTests.Withdrawal(1), MessageVersion.Newest + 1);

        var answer = (await ChainGrainTypes
            .Of(silo.Services.GetRequiredService<IGrainFactory>(), Parties.HouseholdOf(1))
            .SubmitAsync(Parcel.Of(Packed.Of(message)))).Pack().Open<AnswerMessage>();

        Assert.Equal((AnswerKind.NotSpoken, MessageVersion.Newest), (answer.Kind, answer.Version));
        _ = Assert.Single((await Script.ChainsAsync(silo.Ledger))[Parties.HouseholdOf(1)]);
    }

    [ServerFact]
    public async Task Between_a_silo_and_its_own_grain_nothing_is_packed()
    {
        using var database = TestDatabase.Create();
        await using var silo = await TestNode.StartSiloAsync(database, TimeProvider.System);
        var grain = ChainGrainTypes.Of(
            silo.Services.GetRequiredService<IGrainFactory>(), Parties.HouseholdOf(1));

        var answer = await grain.SubmitAsync(Parcel.Of(
            DuplicateActivationTests.Withdrawal(1), () => throw new InvalidOperationException("It was packed.")));
        var reading = await grain.ReadAsync(MessageVersion.Newest);

        Assert.IsType<SubmitOutcome.Refused>(answer.Content);
        Assert.IsType<GrainReading>(reading.Content);
    }

    [ServerFact]
    public async Task What_leaves_a_node_is_packed()
    {
        using var database = TestDatabase.Create();
        await using var silo = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await using var gateway = await TestNode.StartGatewayAsync(database, TimeProvider.System);
        var request = DuplicateActivationTests.Withdrawal(1);
        var grain = ChainGrainTypes.Of(gateway.Services.GetRequiredService<IGrainFactory>(), request.Chain);
        var packed = 0;

        var answer = await grain.SubmitAsync(Parcel.Of(request, () =>
        {
            packed++;
            return Packed.Of(CommandMessages.Of(request, MessageVersion.Newest));
        }));
        var reading = await grain.ReadAsync(MessageVersion.Newest);

        Assert.Equal(1, packed);
        Assert.Null(answer.Content);
        Assert.Equal(AnswerKind.Refused, answer.Pack().Open<AnswerMessage>().Kind);
        Assert.Null(reading.Content);
        Assert.Equal(ReadingKind.Read, reading.Pack().Open<ReadingMessage>().Kind);
    }
}
