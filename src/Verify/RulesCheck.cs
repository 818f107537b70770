using Exchange.Grains;
using Exchange.Grains.Replay;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>
/// Decides every entry again by the rules it names, then compares every fact with the chain it cites. Memory grows with
/// the number of chains and the state of one grain, not with entries.
/// </summary>
internal sealed class RulesCheck(ChainFileReader file, NamedContent content, Progress progress) : IDisposable
{
    private const int EntriesBetweenReports = 256;

    private readonly CitationSpool _citations = new();
    private readonly List<AuditedDelivery> _deliveries = [];
    private long _done;

    /// <summary>How many entries were decided again.</summary>
    internal long Decided { get; private set; }

    /// <summary>How many facts were compared with what they cite.</summary>
    internal long Cited { get; private set; }

    /// <summary>Steps of agreements that are in flight.</summary>
    internal long Open { get; private set; }

    /// <summary>Steps of agreements that wait for somebody.</summary>
    internal long Parked { get; private set; }

    /// <summary>The deliveries that ended, in the order of their agreements' entries.</summary>
    internal IReadOnlyList<AuditedDelivery> Deliveries => _deliveries;

    /// <summary>Finds the first breach of each chain, or else the facts that are not so.</summary>
    internal IEnumerable<Finding> Find()
    {
        var lawful = true;
        LawfulReplay? replay = null;
        foreach (var each in file.ReadEntries())
        {
            Report();
            if (each.Index == EntryIndex.BeforeFirst.Next)
            {
                Leave(replay);
                replay = Begin(each.Stated.Chain, out var noRules);
                if (noRules is not null)
                {
                    lawful = false;
                    yield return noRules;
                }
            }

            if (replay is not null && Next(replay, each) is { } finding)
            {
                lawful = false;
                replay = null;
                yield return finding;
            }
        }

        Leave(replay);
        if (!lawful)
        {
            yield break;
        }

        foreach (var finding in CompareFacts())
        {
            yield return finding;
        }
    }

    public void Dispose() => _citations.Dispose();

    private LawfulReplay? Begin(ChainId chain, out Finding? noRules)
    {
        noRules = GrainCatalog.Find(chain.Kind) is null
            ? Finding.At(chain, EntryIndex.BeforeFirst.Next, "a kind of grain that has rules", $"{chain.Kind}")
            : null;
        return noRules is null ? new(file.Exchange, chain, _citations) : null;
    }

    private Finding? Next(LawfulReplay replay, ChainFileEntry each)
    {
        var (chain, index) = (each.Stated.Chain, each.Index);
        try
        {
            var entry = EntryCodec.Decode(each.Bytes);
            if (replay.Next(entry, Hashes.Entry(each.Bytes.Span)) is { } breach)
            {
                return Of(breach);
            }

            Decided++;
            content.Add(chain, index, replay.Replay.Events);
            if (AuditedDelivery.EndedBy(replay.Replay) is { } delivery)
            {
                _deliveries.Add(delivery);
            }

            return null;
        }
        // Boundary: a forged chain may bring the rules anywhere; that they give up is a finding at this entry.
        catch (Exception failure)
        {
            return Finding.At(
                chain, index, "an entry that the rules can decide again",
                $"{failure.GetType().Name}: {failure.Message}");
        }
    }

    private IEnumerable<Finding> CompareFacts()
    {
        var breaches = new Queue<Breach>();
        using var facts = new FactCheck(_citations.Drain(), breaches.Enqueue);
        foreach (var stated in file.StatedChains)
        {
            if (facts.Wants(stated.Chain))
            {
                var replay = new ChainReplay(file.Exchange, stated.Chain);
                foreach (var bytes in file.ReadChain(stated.Chain))
                {
                    replay.Apply(EntryCodec.Decode(bytes), Hashes.Entry(bytes.Span));
                    facts.Next(replay);
                }
            }

            for (; breaches.TryDequeue(out var breach);)
            {
                yield return Of(breach);
            }
        }

        facts.Complete();
        Cited = facts.Compared;
        foreach (var breach in breaches)
        {
            yield return Of(breach);
        }
    }

    private void Leave(LawfulReplay? replay)
    {
        if (replay is null)
        {
            return;
        }

        foreach (var step in UnfinishedRegistration.Of(replay.Replay))
        {
            var parked = step.Status == Grains.Agreements.RegistrationStatus.Parked;
            Parked += parked ? 1 : 0;
            Open += parked ? 0 : 1;
        }
    }

    private void Report()
    {
        _done++;
        if (_done % EntriesBetweenReports == 0)
        {
            progress.Report(_done);
        }
    }

    private static Finding Of(Breach breach) =>
        Finding.At(breach.Chain, breach.Index, breach.Expected, $"{breach.Found} ({breach.Kind})");
}
