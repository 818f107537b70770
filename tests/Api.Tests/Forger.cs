using Exchange.Engine;
using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;
using Exchange.Grains.Rules;
using Exchange.Ledger;

namespace Exchange.Api.Tests;

/// <summary>
/// An operator who delivers what nobody permitted and writes a manifest that says so. Everything it writes is as the
/// node itself would write it.
/// </summary>
internal sealed class Forger(Village village)
{
    private TestNode Node => village.Node;

    private ChainId Agreement => ChainId.Parse($"agreement/{village.Agreement}");

    /// <summary>Delivers these households in one block, whatever they said, and ends the delivery.</summary>
    /// <param name="keeps">Whether the manifest is kept where it can be found.</param>
    internal async Task<string> DeliverAsync(bool keeps, params Villager[] households)
    {
        var delivery = await village.StartAsync();
        var row = (DeliveryRow)(await Node.Rows.FindAsync(RowTable.Delivery, Agreement, delivery, default))!;
        var at = Node.Exchange.Clock.ReadTime();
        var leaves = new List<ManifestLeaf>();
        foreach (var household in households.OrderBy(each => each.Id, StringComparer.Ordinal))
        {
            leaves.Add(await LeafOfAsync(household));
        }

        var block = new ManifestBlock(
            0, at, await HeadAsync(Agreement), await HeadAsync(ChainId.Parse("dataset/poverty")),
            await HeadAsync(ChainId.Parse("department/relief")), await HeadAsync(ChainId.Parse("buyer/acme")),
            leaves.Count, 100);
        var header = new ManifestHeader(
            Agreement, row.Key, row.Dataset, row.Revision, row.DeliveredColumns, [], [block]);
        var root = await WriteAsync(header, leaves, keeps);
        await SubmitAsync(Agreement, EmbeddedExchange.Node, new EndDelivery(
            row.Key, DeliveryOutcome.Complete, leaves.Count, 100, Digest(1), root));
        return delivery;
    }

    /// <summary>Closes a step of the agreement's registration although the party noted nothing.</summary>
    internal async Task<EntryIndex> CloseUnnotedAsync()
    {
        var buyer = ChainId.Parse("buyer/acme");
        var head = (await Node.Ledger.ReadHeadsAsync([buyer], default))[0]!.Value;
        return await SubmitAsync(
            Agreement, Process, new CloseRegistration(RegistrationStep.Licensee, buyer),
            new CitedFact(
                buyer, head, Node.Exchange.Clock.ReadTime(), new Grains.Facts.NotedFact(Agreement.Key)));
    }

    private Actor Process => new(
        new(GrainKind.Process, Agreement.Key), Role.Process, OnBehalfOf: null, Person: null, Channel.Process,
        Authentication: null);

    private async Task<ManifestLeaf> LeafOfAsync(Villager household)
    {
        var chain = ChainId.Parse($"household/{household.Id}");
        var consent = (ConsentRow)(await Node.Rows.FindAsync(RowTable.Consent, chain, household.Consent, default))!;
        var link = (IdentifierRow)(await Node.Rows.ListAsync(
            new(RowTable.Identifier, RowFilter.ByFirstColumn, [RowValue.Of(chain.Key)]), after: null, 1, default))[0];
        return new(
            chain.Key, Member: null, link.Chain.Key, link.Link.Entry, consent.Consent.Entry, await HeadAsync(chain),
            Block: 0, Rows: 1);
    }

    private async Task<ManifestHead> HeadAsync(ChainId chain)
    {
        var head = (await Node.Ledger.ReadHeadsAsync([chain], default))[0]!.Value;
        return new(head.Index, head.Hash);
    }

    private async Task<Digest> WriteAsync(ManifestHeader header, List<ManifestLeaf> leaves, bool keeps)
    {
        await using var draft = await Node.Contents.BeginAsync(default);
        var writer = new ManifestWriter(draft.Stream.Write, header, new(leaves.Count));
        leaves.ForEach(writer.Write);
        var root = writer.Complete();
        if (keeps)
        {
            await draft.KeepAsync(new(Engine.Ports.ContentKind.Manifest, root), default);
        }

        return root;
    }

    private async Task<EntryIndex> SubmitAsync(
        ChainId chain, Actor actor, Command command, params CitedFact[] supplied)
    {
        var id = new CommandId(Bytes16.From(Guid.NewGuid().ToByteArray()));
        var outcome = await Node.Exchange.SubmitAsync(
            new(chain, id, actor, command, Supplied: [.. supplied]), default);
        return Assert.IsType<SubmitOutcome.Accepted>(outcome).Receipt.Index;
    }

    private static Digest Digest(byte fill) => new(Enumerable.Repeat(fill, Ledger.Digest.SizeBytes).ToArray());
}
