using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Grains;
using Exchange.Grains.Facts;
using Exchange.Grains.Rules;
using Exchange.Grains.Wire;
using Exchange.Ledger;

namespace Exchange.Verify.Tests;

/// <summary>
/// An exchange in memory: decides commands by the real rules, without engine or store, and writes what comes of it as a
/// chain file. The same calls always make the same bytes.
/// </summary>
internal sealed class Story
{
    private readonly SortedDictionary<ChainId, Grain> _grains = [];
    private readonly SortedDictionary<Digest, (ContentKind Kind, byte[] Bytes)> _content = [];
    private long _given;

    internal Story(string name, UnixMilliseconds begin)
    {
        Exchange = new(Bytes16.From(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)));
        Now = begin;
    }

    internal ExchangeId Exchange { get; }

    internal UnixMilliseconds Now { get; private set; }

    internal long EntryCount => _given;

    internal IReadOnlyCollection<ChainId> Chains => _grains.Keys;

    internal void Pass(TimeSpan span) => Now = Now.Plus(span);

    internal ChainHead HeadOf(ChainId chain) => GrainOf(chain).Head;

    internal GrainState StateOf(ChainId chain) => GrainOf(chain).State;

    /// <summary>The entries of one chain, for those who alter them.</summary>
    internal IList<byte[]> EntriesOf(ChainId chain) => GrainOf(chain).Entries;

    /// <summary>Gives a command that the rules must accept.</summary>
    /// <param name="supplied">What only the caller knows, in place of the answers to those questions.</param>
    internal Receipt Give(ChainId chain, Actor actor, Command command, params CitedFact[] supplied)
    {
        var rules = GrainCatalog.Find(chain.Kind)!;
        var facts = rules.Questions(chain, actor, command)
            .Select(question => Answer(question, supplied)).OfType<CitedFact>().ToImmutableArray();
        var envelope = new CommandEnvelope(chain, NextId("command"), actor, command, facts);
        return rules.Decide(GrainOf(chain).State, envelope, Now) switch
        {
            Decision.Accepted(var events) => Append(envelope, events),
            Decision.Refused(var reason) =>
                throw new InvalidOperationException($"{command.GetType().Name} on {chain} was refused: {reason}."),
            var other => throw new System.Diagnostics.UnreachableException(other.GetType().Name),
        };
    }

    /// <summary>Appends what no rule would decide: for the lies that a verifier must find.</summary>
    internal Receipt Append(CommandEnvelope envelope, ImmutableArray<Event> events)
    {
        var grain = GrainOf(envelope.Chain);
        var command = WireCatalog.Record(envelope.Command);
        var receipt = AppendRaw(envelope, [.. events.Select(each => WireCatalog.Record(each, command))], command);
        var rules = GrainCatalog.Find(envelope.Chain.Kind)!;
        var place = new EntryPlace(envelope.Chain, receipt.Index, Now);
        grain.State = events.Aggregate(grain.State, (state, each) => rules.Apply(state, each, place));
        return receipt;
    }

    /// <summary>Appends an entry without asking any rule, also whether its events can follow.</summary>
    internal Receipt AppendRaw(
        CommandEnvelope envelope, ImmutableArray<RecordedEvent> events, RecordedCommand? command = null)
    {
        var grain = GrainOf(envelope.Chain);
        var entry = new Entry
        {
            Chain = envelope.Chain,
            Index = grain.Head.Index.Next,
            Previous = grain.Head.Hash,
            RecordedAt = Now,
            Actor = envelope.Actor,
            CommandId = envelope.Id,
            Command = command ?? WireCatalog.Record(envelope.Command),
            Rules = GrainRules.Version,
            Facts = [.. envelope.Facts.Select(WireCatalog.Record)],
            Events = events,
            Salt = new(NextId("salt").Value),
        };
        var bytes = EntryCodec.Encode(entry);
        grain.Head = new(entry.Index, Hashes.Entry(bytes));
        grain.Entries.Add(bytes);
        _given++;
        return new(Exchange, envelope.Chain, entry.Index, grain.Head.Hash, Now);
    }

    /// <summary>Keeps content under its name: tag 0x19 over its bytes.</summary>
    internal Digest Keep(ContentKind kind, byte[] bytes)
    {
        var digest = Hashes.Tagged(HashTag.Document, bytes);
        Keep(kind, digest, bytes);
        return digest;
    }

    internal void Keep(ContentKind kind, Digest name, byte[] bytes) => _content[name] = (kind, bytes);

    /// <summary>Takes content away again.</summary>
    internal void Forget(Digest name) => Assert(_content.Remove(name));

    /// <summary>What a chain's state answers to a question, cited at its head.</summary>
    internal CitedFact? Cite(FactQuestion question) =>
        question.Answer(GrainOf(question.Chain).State) is { } fact
            ? new(question.Chain, GrainOf(question.Chain).Head, Now, fact)
            : null;

    internal CommandId NextId(string use)
    {
        Span<byte> number = stackalloc byte[sizeof(long) + 1];
        BinaryPrimitives.WriteInt64BigEndian(number, _given);
        number[^1] = (byte)use[0];
        return new(Bytes16.From(SHA256.HashData(number).AsSpan(0, Bytes16.SizeBytes)));
    }

    internal byte[] ToFile()
    {
        using var file = new MemoryStream();
        Write(file);
        return file.ToArray();
    }

    internal void Write(Stream target)
    {
        var stated = _grains.Where(grain => grain.Value.Entries.Count > 0)
            .Select(grain => new StatedChain(grain.Key, grain.Value.Head, new(grain.Value.Entries.Count)))
            .ToList();
        using var writer = new ChainFileWriter(target, Exchange, stated);
        foreach (var chain in stated)
        {
            foreach (var entry in GrainOf(chain.Chain).Entries)
            {
                writer.WriteEntry(entry);
            }
        }

        foreach (var (name, (kind, bytes)) in _content)
        {
            writer.WriteContent(new(kind, name), new MemoryStream(bytes));
        }

        writer.Complete();
    }

    private CitedFact? Answer(FactQuestion question, CitedFact[] supplied) => question switch
    {
        NotedQuestion or ContentQuestion => supplied.SingleOrDefault(fact => fact.Chain == question.Chain),
        _ => Cite(question),
    };

    private Grain GrainOf(ChainId chain)
    {
        if (!_grains.TryGetValue(chain, out var grain))
        {
            grain = new(GrainCatalog.Find(chain.Kind)!.Initial, ChainHead.Empty(Exchange, chain));
            _grains.Add(chain, grain);
        }

        return grain;
    }

    private static void Assert(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("The story was told wrongly.");
        }
    }

    private sealed class Grain(GrainState state, ChainHead head)
    {
        internal GrainState State { get; set; } = state;

        internal ChainHead Head { get; set; } = head;

        internal List<byte[]> Entries { get; } = [];
    }
}
