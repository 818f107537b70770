using Exchange.Grains.Replay;

namespace Exchange.Grains.Tests.Replay;

/// <summary>An exchange in memory: real rules, real facts, real chains, and a clock that the test moves.</summary>
internal sealed class Story
{
    internal static readonly ExchangeId Exchange = new(new Bytes16(1, 2));

    private readonly SortedDictionary<ChainId, List<(Entry Entry, Digest Hash)>> _chains = [];
    private readonly Dictionary<ChainId, ChainReplay> _replays = [];
    private ulong _commands;

    internal UnixMilliseconds Now { get; private set; } = new(1_780_000_000_000);

    /// <summary>Facts that only the sender knows.</summary>
    internal Func<FactQuestion, CitedFact?> Supplies { get; set; } = static _ => null;

    internal IEnumerable<ChainId> Chains => _chains.Keys;

    internal void Pass(long milliseconds) => Now = new(Now.Value + milliseconds);

    internal IReadOnlyList<(Entry Entry, Digest Hash)> Of(ChainId chain) =>
        _chains.TryGetValue(chain, out var entries) ? entries : [];

    internal ChainReplay Replayed(string chain) => ReplayOf(ChainId.Parse(chain));

    internal TState StateOf<TState>(string chain)
        where TState : GrainState
        => (TState)Replayed(chain).State;

    /// <summary>Gives a command that must be accepted; a millisecond passes.</summary>
    internal Entry Does(Actor actor, string chain, Command command)
    {
        var refusal = Gives(actor, chain, command);
        Assert.True(refusal is null, $"{command.GetType().Name} on {chain} was refused: {refusal}");
        return _chains[ChainId.Parse(chain)][^1].Entry;
    }

    /// <summary>Gives a command; answers the refusal, or nothing where it is on its chain.</summary>
    internal Refusal? Gives(Actor actor, string chain, Command command)
    {
        var id = ChainId.Parse(chain);
        var rules = GrainCatalog.Rules[id.Kind];
        var facts = rules.Questions(id, actor, command).Select(Read).OfType<CitedFact>().ToImmutableArray();
        var envelope = new CommandEnvelope(id, NextId(), actor, command, facts);
        switch (rules.Decide(ReplayOf(id).State, envelope, Now))
        {
            case Decision.Accepted(var events):
                Append(EntryOf(envelope, events));
                Pass(1);
                return null;
            case Decision.Refused(var reason):
                return reason;
            default:
                throw new InvalidOperationException("A decision accepts or refuses.");
        }
    }

    /// <summary>The fact as a chain would answer now.</summary>
    internal CitedFact? Read(FactQuestion question) =>
        Supplies(question) ?? (question.Answer(ReplayOf(question.Chain).State) is { } answer
            ? new(question.Chain, ReplayOf(question.Chain).Head, Now, answer)
            : null);

    /// <summary>Puts an entry on a chain that nobody decided.</summary>
    internal Entry Plant(Actor actor, string chain, Command command, CitedFact[] facts, params Event[] events)
    {
        var entry = EntryOf(new(ChainId.Parse(chain), NextId(), actor, command, [.. facts]), [.. events]);
        Append(entry);
        Pass(1);
        return entry;
    }

    /// <summary>Decides all chains again and checks all citations; answers the breaches.</summary>
    internal List<Breach> Breaches()
    {
        var breaches = new List<Breach>();
        var spool = new ChainSpool();
        foreach (var (chain, entries) in _chains)
        {
            var replay = new LawfulReplay(Exchange, chain, spool);
            breaches.AddRange(entries.Select(each => replay.Next(each.Entry, each.Hash)).OfType<Breach>().Take(1));
        }

        using var check = new FactCheck(spool.Drain(), breaches.Add);
        foreach (var (chain, entries) in _chains)
        {
            if (check.Wants(chain))
            {
                var replay = new ChainReplay(Exchange, chain);
                foreach (var (entry, hash) in entries)
                {
                    replay.Apply(entry, hash);
                    check.Next(replay);
                }
            }
        }

        check.Complete();
        return breaches;
    }

    private ChainReplay ReplayOf(ChainId chain)
    {
        if (!_replays.TryGetValue(chain, out var replay))
        {
            _replays[chain] = replay = new(Exchange, chain, keepsRows: true);
        }

        return replay;
    }

    private CommandId NextId() => new(new Bytes16(0, ++_commands));

    private Entry EntryOf(CommandEnvelope envelope, ImmutableArray<Event> events)
    {
        var command = WireCatalog.Record(envelope.Command);
        var head = ReplayOf(envelope.Chain).Head;
        return new()
        {
            Chain = envelope.Chain,
            Index = head.Index.Next,
            Previous = head.Hash,
            RecordedAt = Now,
            Actor = envelope.Actor,
            CommandId = envelope.Id,
            Command = command,
            Rules = GrainRules.Version,
            Facts = [.. envelope.Facts.Select(WireCatalog.Record)],
            Events = [.. events.Select(each => WireCatalog.Record(each, command))],
            Salt = default,
        };
    }

    private void Append(Entry entry)
    {
        var bytes = EntryCodec.Encode(entry);
        var (stored, hash) = (EntryCodec.Decode(bytes), Hashes.Entry(bytes));
        if (!_chains.TryGetValue(entry.Chain, out var entries))
        {
            _chains[entry.Chain] = entries = [];
        }

        entries.Add((stored, hash));
        ReplayOf(entry.Chain).Apply(stored, hash);
    }
}
