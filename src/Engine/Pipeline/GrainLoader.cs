using Exchange.Engine.Ports;

namespace Exchange.Engine.Pipeline;

// family: loading a grain

/// <summary>
/// Loads what a grain believes: the snapshot where there is a usable one, and the entries after it, each verified.
/// </summary>
public sealed class GrainLoader(GrainContext context, ISnapshotStore snapshots)
{
    /// <summary>The state of a chain as of at least the head that was committed at the call.</summary>
    /// <exception cref="ChainBrokenException">An entry does not verify, or entries are missing behind the
    /// last.</exception>
    public async Task<Loading> LoadAsync(ChainId chain)
    {
        var stated = await context.Questions.HeadAsync(chain);
        var rules = context.RulesOf(chain);
        if (stated is null)
        {
            return new(new(ChainHead.Empty(context.Exchange, chain), default, rules.Initial), EntryIndex.BeforeFirst);
        }

        var start = Read(rules, await snapshots.ReadAsync(chain, CancellationToken.None));
        if (start is not null && await FoldAsync(rules, chain, start, stated.Value) is { } loaded)
        {
            return new(loaded, start.Head.Index);
        }

        return new((await FoldAsync(rules, chain, start: null, stated.Value))!, EntryIndex.BeforeFirst);
    }

    /// <summary>The belief in a snapshot; nothing where its version is unknown or its bytes cannot be read.</summary>
    public Belief? Read(GrainRules rules, Snapshot? snapshot)
    {
        if (snapshot is null || snapshot.StateVersion != rules.StateVersion)
        {
            return null;
        }

        try
        {
            var reader = new CanonicalReader(snapshot.State.Span);
            var state = rules.ReadState(ref reader);
            reader.ExpectEnd();
            return new(snapshot.Head, snapshot.HeadTime, state);
        }
        catch (CanonicalFormatException wrong)
        {
            Log.SnapshotUnreadable(context.Logger, snapshot.Chain, wrong);
            return null;
        }
    }

    private async Task<Belief?> FoldAsync(GrainRules rules, ChainId chain, Belief? start, ChainHead stated)
    {
        var fold = start is null ? new ChainFold(rules, context.Exchange, chain) : new ChainFold(rules, chain, start);
        var from = start is null ? new EntryIndex(0) : start.Head.Index;
        var anchored = start is null;
        await foreach (var stored in context.Store.ReadChainAsync(chain, from, null, CancellationToken.None))
        {
            if (!anchored)
            {
                // The snapshot's own entry is read too: only a head that is on the chain may be gone on from.
                anchored = stored.Index == start!.Head.Index && Hashes.Entry(stored.Bytes.Span) == start.Head.Hash;
                if (anchored)
                {
                    continue;
                }

                break;
            }

            _ = fold.Add(stored.Bytes);
            if (fold.Head.Index == stated.Index && fold.Head != stated)
            {
                throw new ChainBrokenException(
                    chain, stated.Index, $"Expected the head {stated.Hash}, found {fold.Head.Hash}");
            }
        }

        if (!anchored)
        {
            Log.SnapshotOffChain(context.Logger, chain, start!.Head.Index.Value);
            return null;
        }

        return fold.Head.Index >= stated.Index
            ? fold.Belief
            : throw new ChainBrokenException(
                chain, fold.Head.Index.Next, $"Expected entries through {stated.Index}, found the end");
    }
}

/// <summary>What was loaded.</summary>
/// <param name="SnapshotAt">Where the snapshot stood that it was loaded from.</param>
public sealed record Loading(Belief Belief, EntryIndex SnapshotAt);
