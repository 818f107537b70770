using System.Runtime.InteropServices;
using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Households;

namespace Exchange.Grains.Replay;

/// <summary>
/// Audits deliveries from chains and manifests alone; the same code for a node and for an offline verifier. The caller
/// replays the agreements first and gives the deliveries that ended; then it gives all chains in ascending order,
/// entries of those that are wanted. The chains must be lawful by the rules. Memory grows with deliveries and their
/// blocks, not with entries or rows. Not thread-safe.
/// </summary>
public sealed class DeliveryAudit
{
    private readonly ExchangeId _exchange;
    private readonly IAuditFindings _findings;
    private readonly LinkClaims _links;
    private readonly ImmutableArray<ManifestAudit?> _manifests;
    private readonly ImmutableArray<AuditedDelivery> _deliveries;
    private readonly Dictionary<ChainId, List<Side>> _sides = [];
    private readonly PriorityQueue<int, GrainKey> _leaves = new();
    private readonly SortedDictionary<ViolationKind, long> _violations = [];
    private ClaimTimeline? _timeline;
    private ChainId? _chain;
    private bool _leavesTaken;
    private long _invalidated;

    /// <summary>Opens the manifests and reads their headers.</summary>
    /// <param name="open">
    /// Opens the manifest that a delivery's end names, or answers nothing where it is not there. What it reads from
    /// stays open until the audit is complete.
    /// </param>
    /// <param name="links">Keeps, until identifiers are replayed, one item for each leaf.</param>
    public DeliveryAudit(
        ExchangeId exchange, IEnumerable<AuditedDelivery> deliveries, Func<AuditedDelivery, ManifestReader?> open,
        IChainSpool links, IAuditFindings findings)
    {
        _exchange = exchange;
        _findings = findings;
        _deliveries = [.. deliveries];
        _links = new(links, _deliveries);
        _manifests = [.. _deliveries.Select(each => Open(each, open))];
        for (var i = 0; i < _deliveries.Length; i++)
        {
            Expect(i);
        }
    }

    /// <summary>
    /// Begins the next chain, in ascending order, and answers whether its entries are wanted; where they are, the
    /// caller gives all of them and ends the chain.
    /// </summary>
    public bool Begin(ChainId chain)
    {
        if (_chain is { } before && before >= chain)
        {
            throw new ArgumentException($"Expected a chain after {before}, found {chain}.", nameof(chain));
        }

        _chain = chain;
        if (chain.Kind > GrainKind.Household)
        {
            FinishLeaves();
        }

        var claims = chain.Kind switch
        {
            GrainKind.Household => TakeLeaves(chain.Key),
            GrainKind.Identifier => TakeLinks(chain),
            _ => [],
        };
        claims.AddRange(BlockClaims(chain));
        _timeline = claims.Count == 0
            ? null
            : new(_exchange, chain, claims, (claim, finding, entry) => Report(claim, finding, chain, entry));
        return _timeline is not null;
    }

    /// <summary>The next entry of the chain that was begun.</summary>
    public void Next(Entry entry, Digest hash) => _timeline!.Next(entry, hash);

    /// <summary>Ends the chain that was begun.</summary>
    public void End()
    {
        _timeline!.Complete();
        if (_timeline.Replay.State is HouseholdState household)
        {
            ReportInvalidated(household, _timeline.Replay.Chain.Key);
        }

        _timeline = null;
    }

    /// <summary>Compares roots and reports what named chains that never came.</summary>
    public AuditSummary Complete()
    {
        FinishLeaves();
        foreach (var (claim, chain) in _links.TakeAll())
        {
            Report(claim, new(ViolationKind.LinkUnknown, Reason: null), chain, entry: null);
        }

        foreach (var (chain, sides) in _sides)
        {
            foreach (var side in sides)
            {
                Report(_deliveries[side.Delivery], new(ViolationKind.HeadSeenUnknown, null), block: null, chain, null);
            }
        }

        return new()
        {
            Deliveries = _deliveries.Length,
            Blocks = _manifests.Sum(each => each?.Blocks.Length ?? 0),
            Leaves = _manifests.Sum(each => each?.Taken ?? 0),
            Violations = _violations.ToImmutableSortedDictionary(),
            InvalidatedReliances = _invalidated,
        };
    }

    private ManifestAudit? Open(AuditedDelivery delivery, Func<AuditedDelivery, ManifestReader?> open)
    {
        // The rules let a delivery end without a manifest only where it contained nothing.
        if (delivery.Ended.Manifest is null)
        {
            return null;
        }

        void ReportOf(ViolationKind kind, int? block) =>
            Report(delivery, new(kind, Reason: null), block, delivery.Agreement, entry: null);
        try
        {
            if (open(delivery) is { } reader)
            {
                return new(delivery, reader, ReportOf);
            }

            ReportOf(ViolationKind.ManifestMissing, null);
        }
        catch (CanonicalFormatException)
        {
            ReportOf(ViolationKind.ManifestUnreadable, null);
        }

        return null;
    }

    private void Expect(int delivery)
    {
        if (_manifests[delivery] is not { } manifest)
        {
            return;
        }

        var terms = manifest.Delivery.Terms;
        Expect(manifest.Delivery.Agreement, delivery, GrainKind.Agreement);
        Expect(new(GrainKind.Dataset, terms.Dataset), delivery, GrainKind.Dataset);
        Expect(terms.Licensor, delivery, GrainKind.Department);
        Expect(terms.Licensee, delivery, GrainKind.Buyer);
        if (manifest.Leaf is { } leaf)
        {
            _leaves.Enqueue(delivery, leaf.Household);
        }
    }

    private void Expect(ChainId chain, int delivery, GrainKind side)
    {
        ref var sides = ref CollectionsMarshal.GetValueRefOrAddDefault(_sides, chain, out _);
        (sides ??= []).Add(new(delivery, side));
    }

    private IEnumerable<AuditClaim> BlockClaims(ChainId chain) => _sides.Remove(chain, out var sides)
        ? from side in sides
          let manifest = _manifests[side.Delivery]!
          from block in manifest.Blocks
          select ClaimOf(side.Kind, manifest, block)
        : [];

    // The kind tells the side: a department that is the licensee stands on the side where buyers do.
    private static AuditClaim ClaimOf(GrainKind side, ManifestAudit manifest, ManifestBlock block)
    {
        var (delivery, number, at) = (manifest.Delivery, block.Number, block.ReadBegunAt);
        return side switch
        {
            GrainKind.Agreement =>
                new AgreementClaim(delivery, number, block.Agreement.Index, block.Agreement.Hash, at),
            GrainKind.Dataset => new DatasetClaim(
                delivery, number, block.Dataset.Index, block.Dataset.Hash, at, manifest.OfMembers),
            GrainKind.Department => new LicensorClaim(delivery, number, block.Licensor.Index, block.Licensor.Hash, at),
            _ => new LicenseeClaim(delivery, number, block.Licensee.Index, block.Licensee.Hash, at),
        };
    }

    // Leaves below this household are of households whose chains are not there.
    private List<AuditClaim> TakeLeaves(GrainKey household)
    {
        var claims = new List<AuditClaim>();
        while (_leaves.TryPeek(out var delivery, out var next) && next <= household)
        {
            var leaf = TakeLeaf(delivery);
            var manifest = _manifests[delivery]!;
            if (manifest.Delivery.Terms.Basis != LawfulBasis.Consent)
            {
                continue;
            }

            var at = manifest.Blocks[leaf.Block].ReadBegunAt;
            _links.Add(delivery, leaf, at);
            if (next == household)
            {
                claims.Add(ConsentClaim.Of(manifest.Delivery, leaf, at));
            }
            else
            {
                Report(
                    manifest.Delivery, new(ViolationKind.HouseholdUnknown, null), leaf.Block,
                    new ChainId(GrainKind.Household, next), entry: null);
            }
        }

        return claims;
    }

    private ManifestLeaf TakeLeaf(int delivery)
    {
        _ = _leaves.Dequeue();
        var leaf = _manifests[delivery]!.Take();
        if (_manifests[delivery]!.Leaf is { } next)
        {
            _leaves.Enqueue(delivery, next.Household);
        }

        return leaf;
    }

    private List<AuditClaim> TakeLinks(ChainId identifier)
    {
        var claims = new List<AuditClaim>();
        foreach (var (claim, chain) in _links.TakeThrough(identifier))
        {
            if (chain == identifier)
            {
                claims.Add(claim);
            }
            else
            {
                Report(claim, new(ViolationKind.LinkUnknown, Reason: null), chain, entry: null);
            }
        }

        return claims;
    }

    private void FinishLeaves()
    {
        if (_leavesTaken)
        {
            return;
        }

        _leavesTaken = true;
        while (_leaves.TryPeek(out _, out var household))
        {
            foreach (var claim in TakeLeaves(household))
            {
                Report(
                    claim, new(ViolationKind.HouseholdUnknown, Reason: null),
                    new ChainId(GrainKind.Household, household), entry: null);
            }
        }

        foreach (var manifest in _manifests)
        {
            manifest?.Complete();
        }
    }

    // Consents entered in error are no fault of deliveries before anybody said so, and must be known nevertheless.
    private void ReportInvalidated(HouseholdState household, GrainKey key)
    {
        foreach (var relied in _timeline!.ReliedOn)
        {
            if (household.EndedConsents.GetValueOrDefault(relied.Consent)?.Status == ConsentStatus.Invalidated)
            {
                _invalidated++;
                _findings.Add(new InvalidatedReliance(relied.Agreement, relied.Delivery, key, relied.Entry));
            }
        }
    }

    private void Report(AuditClaim claim, Finding finding, ChainId chain, EntryIndex? entry) =>
        Report(claim.Delivery, finding, claim.Block, chain, entry);

    private void Report(AuditedDelivery delivery, Finding finding, int? block, ChainId chain, EntryIndex? entry)
    {
        _violations[finding.Kind] = _violations.GetValueOrDefault(finding.Kind) + 1;
        _findings.Add(new Violation(
            finding.Kind, delivery.Agreement, delivery.Delivery, block, chain, entry, finding.Reason));
    }

    private readonly record struct Side(int Delivery, GrainKind Kind);
}
