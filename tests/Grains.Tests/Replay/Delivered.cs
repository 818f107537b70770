using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;
using Exchange.Grains.Replay;
using static Exchange.Grains.Tests.Replay.Market;

namespace Exchange.Grains.Tests.Replay;

/// <summary>A delivery whose blocks a test reads when it likes, and the audit of it.</summary>
internal sealed class Delivered : IAuditFindings
{
    private readonly Story _story;
    private readonly List<ManifestBlock> _blocks = [];
    private readonly List<ManifestLeaf> _leaves = [];

    /// <summary>Starts the delivery.</summary>
    internal Delivered(Story story)
    {
        _story = story;
        story.Does(AcmeToken, Deal, Start("d1"));
    }

    internal List<Violation> Violations { get; } = [];

    internal List<InvalidatedReliance> Reliances { get; } = [];

    /// <summary>Changes the manifest after its root was named.</summary>
    internal Func<ManifestHeader, ManifestHeader> Forges { get; set; } = static header => header;

    /// <summary>Changes its leaves after its root was named.</summary>
    internal Func<ManifestLeaf, ManifestLeaf> ForgesLeaf { get; set; } = static leaf => leaf;

    /// <summary>Whether the manifest is there.</summary>
    internal bool KeepsManifest { get; set; } = true;

    public void Add(Violation violation) => Violations.Add(violation);

    public void Add(InvalidatedReliance reliance) => Reliances.Add(reliance);

    /// <summary>Reads a block now, or as if at another moment; one row of each household.</summary>
    internal Delivered Block(UnixMilliseconds? at, params string[] households) =>
        Block(at, Seen.Of(_story), households);

    /// <summary>Reads a block with heads that were seen before.</summary>
    internal Delivered Block(UnixMilliseconds? at, Seen seen, params string[] households)
    {
        var number = _blocks.Count;
        foreach (var household in households)
        {
            _leaves.Add(new(
                Key(household), Member: null, Key(household),
                _story.StateOf<IdentifierState>("identifier/" + household).Link!.Entry, seen.Consents[household],
                seen.Heads["household/" + household], number, Rows: 1));
        }

        _blocks.Add(new(
            number, at ?? _story.Now, seen.Heads[Deal], seen.Heads[Incomes], seen.Heads[Relief], seen.Heads[Acme],
            households.Length, SizeBytes: 10));
        _story.Pass(1);
        return this;
    }

    /// <summary>Changes the last block.</summary>
    internal Delivered Block(Func<ManifestBlock, ManifestBlock> change)
    {
        _blocks[^1] = change(_blocks[^1]);
        return this;
    }

    internal Delivered With(Func<ManifestLeaf, ManifestLeaf> change)
    {
        _leaves[^1] = change(_leaves[^1]);
        return this;
    }

    /// <summary>Ends the delivery with the manifest's root and audits all that is on the chains.</summary>
    internal AuditSummary Audit(Action? later = null)
    {
        var header = new ManifestHeader(
            ChainId.Parse(Deal), Key("d1"), Key("incomes"), Key("r1"), BothColumns, [], [.. _blocks]);
        _leaves.Sort((left, right) => left.IsAbove(right) ? 1 : -1);
        var (_, root) = Write(header, _leaves);
        _story.Does(Node, Deal, new EndDelivery(
            Key("d1"), DeliveryOutcome.Complete, _leaves.Sum(leaf => (long)leaf.Rows), 30, Text, root));
        later?.Invoke();
        Assert.Empty(_story.Breaches());
        return Run(Write(Forges(header), _leaves.Select(ForgesLeaf)).Bytes);
    }

    private AuditSummary Run(byte[] manifest)
    {
        var replay = new ChainReplay(Story.Exchange, ChainId.Parse(Deal));
        var deliveries = new List<AuditedDelivery>();
        foreach (var (entry, hash) in _story.Of(replay.Chain))
        {
            replay.Apply(entry, hash);
            deliveries.AddRange(AuditedDelivery.EndedBy(replay) is { } ended ? [ended] : []);
        }

        var audit = new DeliveryAudit(
            Story.Exchange, deliveries, _ => KeepsManifest ? Reader(manifest) : null, new ChainSpool(), this);
        foreach (var chain in _story.Chains.Where(audit.Begin))
        {
            foreach (var (entry, hash) in _story.Of(chain))
            {
                audit.Next(entry, hash);
            }

            audit.End();
        }

        var summary = audit.Complete();
        Assert.Equal(summary.ViolationCount, Violations.Count);
        return summary;
    }

    private static (byte[] Bytes, Digest Root) Write(ManifestHeader header, IEnumerable<ManifestLeaf> leaves)
    {
        var bytes = new List<byte>();
        var all = leaves.ToList();
        var writer = new ManifestWriter(part => bytes.AddRange(part), header, new(all.Count));
        all.ForEach(writer.Write);
        return ([.. bytes], writer.Complete());
    }

    private static ManifestReader Reader(byte[] bytes)
    {
        var at = 0;
        return new(target =>
        {
            var size = Math.Min(target.Length, bytes.Length - at);
            bytes.AsSpan(at, size).CopyTo(target);
            at += size;
            return size;
        });
    }

    /// <summary>The heads of all chains and the consents as a read saw them.</summary>
    internal sealed record Seen(
        ImmutableDictionary<string, ManifestHead> Heads, ImmutableDictionary<string, EntryIndex> Consents)
    {
        internal static Seen Of(Story story) => new(
            story.Chains.ToImmutableDictionary(
                chain => chain.ToString(),
                chain => new ManifestHead(
                    story.Replayed(chain.ToString()).Head.Index, story.Replayed(chain.ToString()).Head.Hash)),
            (from chain in story.Chains
             where chain.Kind == GrainKind.Household
             let household = story.StateOf<HouseholdState>(chain.ToString())
             select (Key: chain.Key.Value, household.Consents.Values.FirstOrDefault()?.Entry))
                .ToImmutableDictionary(each => each.Key, each => each.Entry ?? new EntryIndex(1)));
    }
}
