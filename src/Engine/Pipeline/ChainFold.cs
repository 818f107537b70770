using System.Diagnostics;

namespace Exchange.Engine.Pipeline;

// family: folding a chain

/// <summary>
/// Folds the entries of one chain into its state, verifying each. Throws <see cref="ChainBrokenException"/> at the
/// first
/// entry that is not what it must be. Not thread-safe.
/// </summary>
public sealed class ChainFold
{
    private readonly GrainRules _rules;
    private readonly ChainVerifier _verifier;

    /// <summary>Begins before the first entry.</summary>
    public ChainFold(GrainRules rules, ExchangeId exchange, ChainId chain)
    {
        _rules = rules;
        _verifier = new(exchange, chain);
        State = rules.Initial;
    }

    /// <summary>Goes on from what is believed of a chain.</summary>
    public ChainFold(GrainRules rules, ChainId chain, Belief from)
    {
        _rules = rules;
        _verifier = new(chain, from.Head, from.HeadTime);
        State = from.State;
    }

    public ChainId Chain => _verifier.Chain;

    public ChainHead Head => _verifier.Head;

    public GrainState State { get; private set; }

    public Belief Belief => new(Head, _verifier.RecordedAt, State);

    /// <summary>Folds the next entry.</summary>
    public Entry Add(ReadOnlyMemory<byte> bytes) => Fold(bytes, withRows: false).Entry;

    /// <summary>Folds the next entry and says what changed in the tables because of it.</summary>
    public FoldedEntry AddWithRows(ReadOnlyMemory<byte> bytes) => Fold(bytes, withRows: true);

    private FoldedEntry Fold(ReadOnlyMemory<byte> bytes, bool withRows)
    {
        var index = Head.Index.Next;
        var check = _verifier.Check(bytes, out var entry);
        if (entry is null)
        {
            throw new ChainBrokenException(_verifier.Chain, index, check.ToString());
        }

        try
        {
            var place = new EntryPlace(entry.Chain, entry.Index, entry.RecordedAt);
            var events = ReadEvents(entry);
            var before = State;
            foreach (var @event in events)
            {
                State = _rules.Apply(State, @event, place);
            }

            return new(entry, withRows ? _rules.Rows(before, State, events, place) : []);
        }
        catch (CanonicalFormatException wrong)
        {
            throw new ChainBrokenException(_verifier.Chain, index, wrong.Message, wrong);
        }
        catch (UnreachableException wrong)
        {
            // A recorded event that does not fit the state before it is never skipped.
            throw new ChainBrokenException(_verifier.Chain, index, wrong.Message, wrong);
        }
    }

    private static ImmutableArray<Event> ReadEvents(Entry entry)
    {
        var events = ImmutableArray.CreateBuilder<Event>(entry.Events.Count);
        foreach (var recorded in entry.Events)
        {
            events.Add(WireCatalog.Read(recorded, entry.Command));
        }

        return events.MoveToImmutable();
    }
}

/// <summary>An entry and what it changed in the tables.</summary>
public sealed record FoldedEntry(Entry Entry, ImmutableArray<RowChange> Changes);
