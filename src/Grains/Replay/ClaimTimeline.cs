using Exchange.Grains.Households;

namespace Exchange.Grains.Replay;

/// <summary>
/// Replays one chain past the claims about it and judges each on the state it must be judged on: through the later of
/// the head that was seen and the last entry recorded before its moment. Not thread-safe.
/// </summary>
internal sealed class ClaimTimeline
{
    private readonly List<AuditClaim> _claims;
    private readonly PriorityQueue<AuditClaim, long> _seen = new();
    private readonly Action<AuditClaim, Finding, EntryIndex> _report;
    private int _next;

    internal ClaimTimeline(
        ExchangeId exchange, ChainId chain, List<AuditClaim> claims, Action<AuditClaim, Finding, EntryIndex> report)
    {
        claims.Sort(static (left, right) => left.Seen.CompareTo(right.Seen));
        Replay = new(exchange, chain);
        _claims = claims;
        _report = report;
    }

    internal ChainReplay Replay { get; }

    /// <summary>The consents that were rightly relied on, once for each delivery.</summary>
    internal HashSet<Reliance> ReliedOn { get; } = [];

    internal void Next(Entry entry, Digest hash)
    {
        // What is recorded at the very moment a read begins does not count unless it was seen.
        while (_seen.TryPeek(out _, out var at) && at <= entry.RecordedAt.Value)
        {
            Judge(_seen.Dequeue());
        }

        Replay.Apply(entry, hash);
        for (; _next < _claims.Count && _claims[_next].Seen <= entry.Index; _next++)
        {
            var claim = _claims[_next];
            if (claim.Seen < entry.Index)
            {
                _report(claim, new(claim.Unknown, Reason: null), entry.Index);
            }
            else if (claim.SeenHash is { } expected && expected != hash)
            {
                _report(claim, new(ViolationKind.HeadSeenDiffers, Reason: null), entry.Index);
            }
            else
            {
                _seen.Enqueue(claim, claim.At.Value);
            }
        }
    }

    /// <summary>Judges what is left at the end of the chain.</summary>
    internal void Complete()
    {
        while (_seen.TryDequeue(out var claim, out _))
        {
            Judge(claim);
        }

        for (; _next < _claims.Count; _next++)
        {
            _report(_claims[_next], new(_claims[_next].Unknown, Reason: null), Replay.Head.Index);
        }
    }

    private void Judge(AuditClaim claim)
    {
        if (claim.Judge(Replay.State) is { } finding)
        {
            _report(claim, finding, Replay.Head.Index);
        }
        else if (claim is ConsentClaim relying)
        {
            var consent = relying.ReliedOn((HouseholdState)Replay.State)!;
            _ = ReliedOn.Add(new(claim.Delivery.Agreement, claim.Delivery.Delivery, consent.Id, consent.Entry));
        }
    }
}

/// <summary>A delivery of rows on the ground of a consent that admitted it.</summary>
internal readonly record struct Reliance(ChainId Agreement, GrainKey Delivery, GrainKey Consent, EntryIndex Entry);
