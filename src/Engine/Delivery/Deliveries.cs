using System.Collections.Concurrent;
using Exchange.Engine.Contents;
using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;
using Exchange.Grains.Datasets;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Delivery;

/// <summary>The deliveries of this node's runs. Thread-safe.</summary>
public sealed class Deliveries : IDeliveries
{
    // The SHA-256 of no bytes is also the root of an empty tree.
    private static readonly Measured Unread = new(DeliveryOutcome.Aborted, 0, 0, MerkleRoot.Empty);

    private readonly NodeRun _run;
    private readonly DeliveryParts _parts;
    private readonly DeliveryEnding _ending;
    private readonly ConcurrentDictionary<(ChainId Agreement, GrainKey Delivery), bool> _claims = new();

    // What was streamed and is not ended on its chain: claimed until it is, so that nobody streams it again.
    private readonly ConcurrentDictionary<(ChainId Agreement, GrainKey Delivery), Measured> _unended = new();

    /// <param name="run">The run of this node; whoever made it renews it.</param>
    /// <param name="readMoment">The time of a read that begins now, as the clock of entries gives it.</param>
    public Deliveries(
        NodeRun run, IExchange exchange, IRowStore rows, IContentStore contents, ISubjectKeys keys,
        ContentSecrets secrets, ReadMoment readMoment, DeliveryOptions options, TimeProvider time, ILogger logger)
    {
        _run = run;
        _parts = new(run, exchange, rows, contents, keys, secrets, readMoment, options, time, logger);
        _ending = new(exchange, contents, time, logger);
    }

    public GrainKey Run => _run.Current;

    public async ValueTask<DeliveryOpening> OpenAsync(
        ChainId agreement, GrainKey delivery, CancellationToken cancellationToken)
    {
        var row = await FindAsync(agreement, delivery, cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            return new DeliveryOpening.Unknown();
        }

        if (row.End is not null)
        {
            return new DeliveryOpening.Ended();
        }

        // Another node streams it, or its run is dead and it is closed as soon as that is known.
        if (row.Run != Run || !_claims.TryAdd((agreement, delivery), true))
        {
            return new DeliveryOpening.InProgress();
        }

        var opened = false;
        try
        {
            if (!_run.IsHeld(row.Run))
            {
                throw new StoreUnavailableException("The run cannot be shown to be held.", inner: null);
            }

            // It may have been streamed and ended between the look and the claim.
            row = await FindAsync(agreement, delivery, cancellationToken).ConfigureAwait(false);
            if (row is not { End: null })
            {
                return new DeliveryOpening.Ended();
            }

            var stream = IsUnclaimedFor(row)
                ? null
                : await TryPlanAsync(row, cancellationToken).ConfigureAwait(false);
            if (stream is null)
            {
                _ = await _ending.EndAsync(row.Chain, row.Key, Unread, cancellationToken).ConfigureAwait(false);
                return IsUnclaimedFor(row) ? new DeliveryOpening.Ended() : new DeliveryOpening.NoLongerLawful();
            }

            opened = true;
            return new DeliveryOpening.Ready(stream);
        }
        finally
        {
            if (!opened)
            {
                Release(agreement, delivery);
            }
        }
    }

    public async ValueTask<int> RecoverAsync(CancellationToken cancellationToken)
    {
        var closed = 0;
        var running = await RunningAsync(cancellationToken).ConfigureAwait(false);
        foreach (var left in running.GroupBy(row => row.Run))
        {
            if (left.Key == Run)
            {
                continue;
            }

            // Taken and not only looked at: a node that stood still can never hold that run again.
            var over = await _run.TryTakeOverAsync(left.Key, cancellationToken).ConfigureAwait(false);
            if (over is null)
            {
                continue;
            }

            await using (over.ConfigureAwait(false))
            {
                foreach (var row in left)
                {
                    closed += await TryEndAsync(row.Chain, row.Key, Measured.Lost, cancellationToken)
                        .ConfigureAwait(false) ? 1 : 0;
                }
            }
        }

        return closed;
    }

    /// <summary>
    /// Ends the deliveries that were streamed while their end could not be stored; the node calls it every few seconds.
    /// Answers how many.
    /// </summary>
    public async ValueTask<int> EndStreamedAsync(CancellationToken cancellationToken)
    {
        var ended = 0;
        foreach (var ((agreement, delivery), measured) in _unended)
        {
            if (await TryEndAsync(agreement, delivery, measured, cancellationToken).ConfigureAwait(false))
            {
                _ = _unended.TryRemove((agreement, delivery), out _);
                Release(agreement, delivery);
                ended++;
            }
        }

        return ended;
    }

    /// <summary>
    /// Aborts the deliveries of this run that nobody began to read in time; the node calls it every few seconds.
    /// Answers how many.
    /// </summary>
    public async ValueTask<int> AbortUnclaimedAsync(CancellationToken cancellationToken)
    {
        var aborted = 0;
        foreach (var row in await RunningAsync(cancellationToken).ConfigureAwait(false))
        {
            if (row.Run != Run || !IsUnclaimedFor(row) || !_claims.TryAdd((row.Chain, row.Key), true))
            {
                continue;
            }

            try
            {
                var now = await FindAsync(row.Chain, row.Key, cancellationToken).ConfigureAwait(false);
                if (now is { End: null }
                    && await TryEndAsync(now.Chain, now.Key, Unread, cancellationToken).ConfigureAwait(false))
                {
                    aborted++;
                }
            }
            finally
            {
                Release(row.Chain, row.Key);
            }
        }

        return aborted;
    }

    private async ValueTask<bool> TryEndAsync(
        ChainId agreement, GrainKey delivery, Measured measured, CancellationToken cancellationToken)
    {
        try
        {
            return await _ending.EndAsync(agreement, delivery, measured, cancellationToken).ConfigureAwait(false);
        }

        // Boundary: one delivery that cannot be closed must not keep the others open, nor a node from starting.
        catch (Exception error) when (
            error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.DeliveryNotClosed(_parts.Logger, agreement, delivery, error);
            return false;
        }
    }

    private async ValueTask EndNowOrLaterAsync(ChainId agreement, GrainKey delivery, Measured measured)
    {
        if (await TryEndAsync(agreement, delivery, measured, CancellationToken.None).ConfigureAwait(false))
        {
            Release(agreement, delivery);
        }
        else
        {
            _unended[(agreement, delivery)] = measured;
        }
    }

    // Nothing where it is no longer lawful, or its content is gone.
    private async ValueTask<DeliveryStream?> TryPlanAsync(DeliveryRow row, CancellationToken cancellationToken)
    {
        var agreement = await _parts.Exchange.ReadAsync(row.Chain, cancellationToken).ConfigureAwait(false);
        var dataset = await _parts.Exchange
            .ReadAsync(new(GrainKind.Dataset, row.Dataset), cancellationToken).ConfigureAwait(false);
        if (agreement.State is not AgreementState { Terms: { } terms }
            || (dataset.State as DatasetState)?.Revisions.GetValueOrDefault(row.Revision)?.Content is not { } content)
        {
            return null;
        }

        var plan = new DeliveryPlan(row, terms, content);
        var parties = new DeliveryParties(_parts.Exchange, plan);
        await parties.ReadAsync(cancellationToken).ConfigureAwait(false);
        var moment = await _parts.ReadMoment(row.StartedAt, cancellationToken).ConfigureAwait(false);
        if (parties.WhyNot(moment) is { } refusal)
        {
            Log.DeliveryUnlawful(_parts.Logger, row.Chain, row.Key, refusal);
            return null;
        }

        var source = await _parts.Contents
            .OpenAsync(new(ContentKind.Revision, content), cancellationToken).ConfigureAwait(false);
        if (source is null)
        {
            Log.ContentMissing(_parts.Logger, row.Chain, row.Key, content);
            return null;
        }

        return new DeliveryStream(
            _parts, plan, parties, source, measured => EndNowOrLaterAsync(row.Chain, row.Key, measured));
    }

    private bool IsUnclaimedFor(DeliveryRow row) =>
        row.StartedAt.Plus(_parts.Options.UnclaimedAfter)
            < new UnixMilliseconds(_parts.Time.GetUtcNow().ToUnixTimeMilliseconds());

    private void Release(ChainId agreement, GrainKey delivery) =>
        _ = _claims.TryRemove((agreement, delivery), out _);

    private async ValueTask<DeliveryRow?> FindAsync(
        ChainId agreement, GrainKey delivery, CancellationToken cancellationToken) =>
        await _parts.Rows.FindAsync(RowTable.Delivery, agreement, delivery.Value, cancellationToken)
            .ConfigureAwait(false) as DeliveryRow;

    // All before the first is ended, which changes the list.
    private ValueTask<List<DeliveryRow>> RunningAsync(CancellationToken cancellationToken) => _parts.Rows
        .ReadAllAsync<DeliveryRow>(new(RowTable.Delivery, RowFilter.ByThirdColumn, [RowValue.Of(1)]), cancellationToken)
        .ToListAsync(cancellationToken);
}
