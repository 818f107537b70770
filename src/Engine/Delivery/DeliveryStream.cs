using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Threading.Channels;
using Exchange.Engine.Contents;
using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Delivery;

/// <summary>
/// A moment that no entry that comes later, or is in flight, lies before; waits until it is not before what was seen.
/// </summary>
public delegate ValueTask<UnixMilliseconds> ReadMoment(UnixMilliseconds seen, CancellationToken cancellationToken);

/// <summary>What deliveries run on.</summary>
internal sealed record DeliveryParts(
    NodeRun Run, IExchange Exchange, IRowStore Rows, IContentStore Contents, ISubjectKeys Keys,
    ContentSecrets Secrets, ReadMoment ReadMoment, DeliveryOptions Options, TimeProvider Time, ILogger Logger);

/// <summary>One delivery that was claimed.</summary>
/// <param name="end">Called once, with what was handed over: ends the delivery on its chain, now or later.</param>
internal sealed class DeliveryStream(
    DeliveryParts parts, DeliveryPlan plan, DeliveryParties parties, Stream content, Func<Measured, ValueTask> end)
    : IDeliveryStream
{
    private const int ReadsMax = 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _rows;
    private long _sizeBytes;
    private bool _ended;

    public async ValueTask<DeliveryOutcome> CopyToAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        var outcome = DeliveryOutcome.Aborted;
        try
        {
            outcome = await StreamAsync(output, cancellationToken).ConfigureAwait(false);
        }

        // Boundary: whatever breaks a stream, the delivery must be closed on its chain.
        catch (Exception error)
        {
            Log.DeliveryBroke(parts.Logger, plan.Agreement, plan.Row.Key, error);
        }

        await EndAsync(outcome).ConfigureAwait(false);
        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(DeliveryOutcome.Aborted).ConfigureAwait(false);
        await content.DisposeAsync().ConfigureAwait(false);
        _hash.Dispose();
    }

    private async ValueTask<DeliveryOutcome> StreamAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        var reader = await ContentReader.OpenAsync(content, cancellationToken).ConfigureAwait(false);
        var blocks = System.Threading.Channels.Channel.CreateBounded<PreparedBlock>(BlockPreparation.BlocksAhead);
        using var preparing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var preparation = PrepareAsync(reader, blocks.Writer, preparing.Token);
        try
        {
            var journal = await parts.Contents
                .OpenJournalAsync(DeliveryEnding.JournalOf(plan.Agreement, plan.Row.Key), cancellationToken)
                .ConfigureAwait(false);
            var writer = new JournalWriter(journal, parts.Options.SyncEvery, parts.Time);
            await using (writer.ConfigureAwait(false))
            {
                return await HandOverAsync(output, reader, blocks.Reader, writer, preparation, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        finally
        {
            await preparing.CancelAsync().ConfigureAwait(false);
            await ((Task)preparation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Digest> PrepareAsync(
        ContentReader reader, ChannelWriter<PreparedBlock> target, CancellationToken cancellationToken)
    {
        try
        {
            var preparation = new BlockPreparation(
                reader, parts.Keys, parts.Secrets.Pseudonym, plan.Agreement, parts.Options.RowsInBlockMax);
            return await Task.Run(() => preparation.RunAsync(target, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            // What went wrong is found on the task; the reader of the channel only needs the end.
            target.Complete();
        }
    }

    private async ValueTask<DeliveryOutcome> HandOverAsync(
        PipeWriter output, ContentReader reader, ChannelReader<PreparedBlock> blocks, JournalWriter journal,
        Task<Digest> preparation, CancellationToken cancellationToken)
    {
        var writer = new BlockWriter(plan, reader.Header);
        var pace = new Pace(parts.Options.RowsPerSecondMax, parts.Time);
        await journal.AppendAsync(DeliveryJournal.Frame(plan.Start), cancellationToken).ConfigureAwait(false);
        if (!await SendAsync(output, writer.Header, cancellationToken).ConfigureAwait(false))
        {
            return DeliveryOutcome.Aborted;
        }

        var number = 0;
        await foreach (var block in blocks.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            // The block before was accepted by the pipe, so this read sees every withdrawal acknowledged before now.
            var (view, readBegunAt) = await ReadAsync(block, cancellationToken).ConfigureAwait(false);
            if (parties.WhyNot(readBegunAt) is { } refusal)
            {
                Log.DeliveryUnlawful(parts.Logger, plan.Agreement, plan.Row.Key, refusal);
                return DeliveryOutcome.Aborted;
            }

            if (number == ManifestHeader.BlocksMax)
            {
                throw new InvalidDataException($"Expected at most {ManifestHeader.BlocksMax} blocks, found more.");
            }

            var part = writer.Write(block, view, number++, readBegunAt);
            await journal.AppendAsync(DeliveryJournal.Frame(part), cancellationToken).ConfigureAwait(false);
            _rows += part.Block.Rows;
            if (!await SendAsync(output, writer.Written, cancellationToken).ConfigureAwait(false))
            {
                return DeliveryOutcome.Aborted;
            }

            await pace.WaitAsync(part.Block.Rows, cancellationToken).ConfigureAwait(false);
        }

        var digest = await preparation.ConfigureAwait(false);
        return digest == plan.Content
            ? DeliveryOutcome.Complete
            : throw new InvalidDataException($"Expected content {plan.Content}, found {digest}.");
    }

    private async ValueTask<(BlockView View, UnixMilliseconds ReadBegunAt)> ReadAsync(
        PreparedBlock block, CancellationToken cancellationToken)
    {
        var query = new BlockQuery(
            plan.Row.Dataset, plan.Terms.Licensee, block.Households(), block.Identifiers(), plan.Parties);
        for (var attempt = 0; attempt < ReadsMax; attempt++)
        {
            // Another grain's commit that began before the start may be under way still: a time before the start would
            // hide from an audit what ended before it.
            var readBegunAt = await parts.ReadMoment(plan.Row.StartedAt, cancellationToken).ConfigureAwait(false);
            var view = await parts.Rows.ReadBlockAsync(query, cancellationToken).ConfigureAwait(false);
            if (parties.AreAsSeenBy(view))
            {
                return (view, readBegunAt);
            }

            await parties.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        throw new StoreUnavailableException("The parties of a delivery change faster than they are read.", inner: null);
    }

    // False where the reader is gone or does not move, or the delivery may be another node's to close.
    private async ValueTask<bool> SendAsync(
        PipeWriter output, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // After the journal has the block: whoever closes a run that is over finds there whatever may have gone out.
        if (!parts.Run.IsHeld(plan.Row.Run))
        {
            Log.DeliveryRunLost(parts.Logger, plan.Agreement, plan.Row.Key);
            return false;
        }

        if (bytes.IsEmpty)
        {
            return true;
        }

        _hash.AppendData(bytes.Span);
        _sizeBytes += bytes.Length;
        var sending = output.WriteAsync(bytes, cancellationToken);
        try
        {
            var result = sending.IsCompleted
                ? await sending.ConfigureAwait(false)
                : await sending.AsTask().WaitAsync(parts.Options.StalledAfter, parts.Time, cancellationToken)
                    .ConfigureAwait(false);
            return !result.IsCanceled && !result.IsCompleted;
        }
        catch (TimeoutException)
        {
            output.CancelPendingFlush();
            Log.DeliveryStalled(parts.Logger, plan.Agreement, plan.Row.Key);
            return false;
        }
    }

    private async ValueTask EndAsync(DeliveryOutcome outcome)
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        await end(new(outcome, _rows, _sizeBytes, new Digest(_hash.GetCurrentHash()))).ConfigureAwait(false);
    }
}
