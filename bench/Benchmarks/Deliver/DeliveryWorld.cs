using System.Buffers;
using System.IO.Pipelines;
using Exchange.Benchmarks.World;
using Exchange.Engine;
using Exchange.Engine.Contents;
using Exchange.Engine.Delivery;
using Exchange.Engine.Leases;
using Exchange.Engine.Secrets;
using Exchange.Grains.Agreements;
using Exchange.Grains.Datasets;
using Exchange.Grains.Identifiers;
using Exchange.Ledger;
using Exchange.Signing;
using Exchange.Store.Contents;
using Exchange.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Benchmarks.Deliver;

/// <summary>A node's parts with households, most of which consent, and a buyer who licensed data about them.</summary>
internal sealed class DeliveryWorld : IAsyncDisposable
{
    // Every so many households one has not consented, so that the filter has something to withhold.
    private const int WithoutConsentEvery = 10;

    private readonly Node _node;
    private readonly NodeRun _run;
    private readonly Parties _parties;
    private readonly int _households;
    private readonly ContentUploads _uploads;
    private readonly Deliveries _deliveries;
    private int _started;

    private DeliveryWorld(Node node, NodeRun run, int households)
    {
        (_node, _run, _households, _parties) = (node, run, households, new(node.Exchange));
        var contents = DirectoryContentStore.Open(node.Directory);
        var keys = new SubjectKeys(node.Store.Secrets, node.Master);
        _uploads = new(
            node.Exchange, node.Store.Rows, contents, keys, node.ContentSecrets,
            new() { SpoolFolder = node.Directory });
        _deliveries = new(
            run, node.Exchange, node.Store.Rows, contents, keys, node.ContentSecrets,
            node.Exchange.Clock.ReadTimeAsync, new(), TimeProvider.System, NullLogger.Instance);
    }

    internal static async Task<DeliveryWorld> OpenAsync(string directory, int households)
    {
        var run = await NodeRun.BeginAsync(
            new MemoryLeaseStore(TimeProvider.System), NodeRun.NewName, TimeProvider.System, NullLogger.Instance,
            CancellationToken.None);
        run.Start();
        var world = new DeliveryWorld(await Node.OpenAsync(directory), run, households);
        await world._parties.RegisterAsync();
        await Parties.ForEachAsync(
            "households", households, number => world._parties.RegisterHouseholdAsync(Parties.HouseholdOf(number)));
        await Parties.ForEachAsync("identifiers", households, world.LinkAsync);
        return world;
    }

    /// <summary>Publishes a dataset with so many rows of each household, collects consents and licenses it.</summary>
    internal async Task<LicensedDataset> LicenseAsync(int rowsEach, string csvPath, int seed)
    {
        var dataset = ChainId.Parse(FormattableString.Invariant($"dataset/rows-{rowsEach}"));
        var agreement = ChainId.Parse(FormattableString.Invariant($"agreement/rows-{rowsEach}"));
        var offer = GrainKey.Parse($"{dataset.Key}-offer");
        var revision = await _parties.PublishDatasetAsync(dataset, DeliveryTable.Columns);
        await using (var csv = new FileStream(csvPath, FileMode.Create, FileAccess.ReadWrite))
        {
            DeliveryTable.Write(csv, _households, rowsEach, seed);
            csv.Position = 0;
            var outcome = await _uploads.UploadAsync(
                new(dataset, revision, Parties.Publisher, new(new Bytes16(2, (ulong)rowsEach))), csv,
                CancellationToken.None);
            Parties.Expect(
                outcome is UploadOutcome.Submitted submitted
                    ? submitted.Outcome
                    : throw new InvalidOperationException($"The upload was answered {outcome}."), outcome);
        }

        var terms = Parties.Terms(dataset.Key, DeliveryTable.Delivered);
        await Parties.ForEachAsync($"consents to {dataset}", _households, async number =>
        {
            if (number % WithoutConsentEvery != 0)
            {
                Parties.Expect(await _parties.ConsentAsync(Parties.HouseholdOf(number), terms), "a consent");
            }
        });
        await _parties.SubmitAsync(dataset, Parties.Publisher, new MakeOffer(
            offer, Parties.Document,
            new(
                DeliveryTable.Delivered, [Parties.Purpose], Parties.Always, PriceFen: 0,
                new("PIA-1", Parties.Document))));
        var agreed = new AgreementTerms(
            Parties.Department, Parties.Buyer, LawfulBasis.Consent, Parties.Purpose, Parties.Always, dataset.Key, offer,
            Parties.Document, DeliveryTable.Delivered, PinnedRevision: null);
        await _parties.SubmitAsync(agreement, Parties.Licensee, new RequestAgreement(agreed));
        var without = (_households + WithoutConsentEvery - 1) / WithoutConsentEvery;
        return new(agreement, agreed, rowsEach, (_households - without) * (long)rowsEach);
    }

    /// <summary>Delivers to a reader that gives each piece to a sink; answers how many bytes there were.</summary>
    internal async Task<long> DeliverAsync(LicensedDataset licensed, Func<ReadOnlySequence<byte>, ValueTask> sink)
    {
        var delivery = GrainKey.Parse(FormattableString.Invariant($"delivery-{++_started}"));
        await _parties.SubmitAsync(
            licensed.Agreement, Parties.Licensee, StartDelivery.Of(licensed.Terms, delivery, _deliveries.Run));
        var opening = await _deliveries.OpenAsync(licensed.Agreement, delivery, CancellationToken.None);
        await using var stream = opening is DeliveryOpening.Ready ready
            ? ready.Stream
            : throw new InvalidOperationException($"The delivery was answered {opening}.");
        var pipe = new Pipe();
        var draining = Task.Run(() => DrainAsync(pipe.Reader, sink));
        var outcome = await stream.CopyToAsync(pipe.Writer, CancellationToken.None);
        await pipe.Writer.CompleteAsync();
        var bytes = await draining;
        return outcome == DeliveryOutcome.Complete
            ? bytes
            : throw new InvalidOperationException($"The delivery ended {outcome}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync();
        await _node.DisposeAsync();
    }

    private Task LinkAsync(int number) => _parties.SubmitAsync(
        new(GrainKind.Identifier, SecretIds.IdentifierKey(
            _node.ContentSecrets.Index.Span, Parties.Department.Key, Parties.Scheme.Value,
            DeliveryTable.NumberOf(number))),
        Parties.Publisher,
        new LinkIdentifier(Parties.Department.Key, Parties.Scheme, Parties.HouseholdOf(number).Key, Member: null));

    private static async Task<long> DrainAsync(PipeReader reader, Func<ReadOnlySequence<byte>, ValueTask> sink)
    {
        var bytes = 0L;
        while (true)
        {
            var read = await reader.ReadAsync();
            bytes += read.Buffer.Length;
            await sink(read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                await reader.CompleteAsync();
                return bytes;
            }
        }
    }
}

/// <summary>A dataset that the buyer may have delivered.</summary>
/// <param name="Rows">How many rows a delivery has: those of the households that consented.</param>
internal sealed record LicensedDataset(ChainId Agreement, AgreementTerms Terms, int RowsEach, long Rows);
