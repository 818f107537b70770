using Exchange.Grains.Facts;

namespace Exchange.Grains.Replay;

/// <summary>
/// Compares the facts that entries state with the chains they cite, while those are replayed in ascending order: the
/// cited entry is there with its hash, its state gives the same answer, and the chain had not long gone on when it was
/// read. Every citation is reported by the entry that makes it. Not thread-safe.
/// </summary>
public sealed class FactCheck : IDisposable
{
    private readonly IEnumerator<SpoolItem> _items;
    private readonly Action<Breach> _report;
    private Citation? _next;
    private ChainId? _replayed;
    private Citation? _latestRead;

    /// <summary>Begins with all citations in ascending order, as a spool drains them.</summary>
    public FactCheck(IEnumerable<SpoolItem> citations, Action<Breach> report)
    {
        _items = citations.GetEnumerator();
        _report = report;
        Advance();
    }

    /// <summary>How many citations were compared.</summary>
    public long Compared { get; private set; }

    /// <summary>
    /// Whether a chain is cited and must be replayed. Asked in ascending order: what cites a chain before it that was
    /// not there is reported.
    /// </summary>
    public bool Wants(ChainId chain)
    {
        while (_next is { } citation && citation.Answer.Chain < chain)
        {
            ReportMissing(citation);
            Advance();
        }

        _latestRead = null;
        return _next?.Answer.Chain == chain;
    }

    /// <summary>Compares what cites the entry that was just applied.</summary>
    public void Next(ChainReplay replay)
    {
        _replayed = replay.Chain;
        CheckStale(replay);
        while (_next is { } citation && citation.Answer.Chain == replay.Chain
            && citation.Head.Index <= replay.Head.Index)
        {
            Compare(citation, replay);
            if (IsOfMoment(citation.Question) && (_latestRead is not { } latest || latest.ReadAt < citation.ReadAt))
            {
                _latestRead = citation;
            }

            Advance();
        }
    }

    /// <summary>Reports what cites a chain or an entry that never came.</summary>
    public void Complete()
    {
        for (; _next is { } citation; Advance())
        {
            ReportMissing(citation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _items.Dispose();

    private void Compare(Citation citation, ChainReplay replay)
    {
        if (citation.Head != replay.Head)
        {
            Report(citation, BreachKind.CitedHashDiffers, $"{replay.Head}", $"{citation.Head}");
            return;
        }

        // What was measured of content is taken as stated.
        if (citation.Question is ContentQuestion)
        {
            return;
        }

        var answer = citation.Question.Answer(replay.State);
        var type = answer is null ? 0 : WireCatalog.Facts.NumberOf(answer.GetType()).Type;
        var values = answer is null ? [] : WireCatalog.Facts.Encode(answer);
        if (type != citation.Answer.Type || !values.AsSpan().SequenceEqual(citation.Answer.Values.Span))
        {
            Report(
                citation, BreachKind.FactValuesDiffer, Show(replay, type, values),
                Show(replay, citation.Answer.Type, citation.Answer.Values.Span));
        }
    }

    // While an entry is being stored others may still read the head before it; longer than that is no accident.
    private void CheckStale(ChainReplay replay)
    {
        if (_latestRead is { } citation
            && replay.RecordedAt.Value < citation.ReadAt.Value - DecideAgain.FactAgeMillisecondsMax)
        {
            Report(
                citation, BreachKind.CitedHeadStale, $"{replay.Chain} {replay.Head.Index} of {replay.RecordedAt}",
                $"{replay.Chain} {citation.Head.Index} as read at {citation.ReadAt}");
        }

        _latestRead = null;
    }

    // An answer in one entry is cited later too; what was measured is no answer of the chain.
    private static bool IsOfMoment(FactQuestion question) => question is not (NotedQuestion or ContentQuestion);

    private void ReportMissing(Citation citation) => Report(
        citation, citation.Answer.Chain == _replayed ? BreachKind.CitedHeadMissing : BreachKind.CitedChainMissing,
        $"{citation.Answer.Chain} with entry {citation.Head.Index}", "nothing");

    private void Report(Citation citation, BreachKind kind, string expected, string found) => _report(new()
    {
        Kind = kind,
        Chain = citation.Chain,
        Index = citation.Index,
        Expected = expected,
        Found = found,
    });

    private static string Show(ChainReplay replay, int type, ReadOnlySpan<byte> values) => type == 0
        ? $"no answer of {replay.Chain} {replay.Head.Index}"
        : $"fact {type} of {replay.Chain} {replay.Head.Index}: {Convert.ToHexStringLower(values)}";

    private void Advance()
    {
        Compared += _next is null ? 0 : 1;
        _next = _items.MoveNext() ? Citation.Of(_items.Current) : null;
    }
}
