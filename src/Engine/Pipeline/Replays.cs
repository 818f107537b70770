using Exchange.Engine.Ports;

namespace Exchange.Engine.Pipeline;

/// <summary>Folds histories again: for the answer to a retry, and for the state at a moment.</summary>
public sealed class Replays(GrainContext context)
{
    /// <summary>
    /// The first answer again, with the data as of its receipt; or that the id was used for something else.
    /// </summary>
    public async Task<SubmitOutcome> AnswerAsync(PreparedCommand prepared, KnownCommand known)
    {
        if (prepared.Reused(known) is { } reused)
        {
            return reused;
        }

        var chain = prepared.Request.Chain;
        var fold = new ChainFold(context.RulesOf(chain), context.Exchange, chain);
        FoldedEntry? last = null;
        await foreach (var stored in context.Store.ReadChainAsync(
            chain, new(0), known.Index, CancellationToken.None))
        {
            last = fold.AddWithRows(stored.Bytes);
        }

        if (last is null || fold.Head != new ChainHead(known.Index, known.Hash))
        {
            throw new ChainBrokenException(
                chain, known.Index, $"Expected the entry {known.Hash}, found {fold.Head.Index} {fold.Head.Hash}");
        }

        var receipt = new Receipt(context.Exchange, chain, known.Index, known.Hash, last.Entry.RecordedAt);
        return new SubmitOutcome.Accepted(receipt, Replayed: true, last.Changes);
    }

    /// <summary>A history folded through a point.</summary>
    public async Task<ReplayOutcome> FoldAsync(ChainId chain, ReplayPoint point, CancellationToken cancellationToken)
    {
        var time = (point as ReplayPoint.AtTime)?.Time;
        if (time is { } at && context.Clock.ReadTime() is var settledBefore && at >= settledBefore)
        {
            return new ReplayOutcome.NotSettled(settledBefore);
        }

        EntryIndex? through = point is ReplayPoint.AtIndex { Index: var index } ? index : null;
        var fold = new ChainFold(context.RulesOf(chain), context.Exchange, chain);
        var folded = (Belief: fold.Belief, Rows: RowFold.Empty);
        await foreach (var stored in context.Store.ReadChainAsync(chain, new(0), through, cancellationToken))
        {
            var entry = fold.AddWithRows(stored.Bytes);
            if (time is { } limit && entry.Entry.RecordedAt > limit)
            {
                break;
            }

            folded = (fold.Belief, RowFold.Change(folded.Rows, entry.Changes));
        }

        return folded.Belief.Head.IsEmpty
            ? new ReplayOutcome.NothingYet()
            : new ReplayOutcome.Folded(folded.Belief.Head, folded.Belief.State, [.. folded.Rows.Values]);
    }
}
