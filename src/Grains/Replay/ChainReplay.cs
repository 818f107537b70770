namespace Exchange.Grains.Replay;

/// <summary>
/// Folds the entries of one chain, one after the other, into the grain's state and, if wanted, its rows. Memory grows
/// with the state and not with the entries; nothing of an entry's bytes is kept. The caller has verified the entries:
/// form, order and links. Not thread-safe.
/// </summary>
public sealed class ChainReplay
{
    private static readonly Comparer<(RowTable Table, string Item)> RowOrder =
        Comparer<(RowTable Table, string Item)>.Create(static (left, right) => left.Table != right.Table
            ? left.Table.CompareTo(right.Table)
            : string.CompareOrdinal(left.Item, right.Item));

    private readonly GrainRules _rules;
    private readonly SortedDictionary<(RowTable Table, string Item), Row>? _rows;

    /// <summary>Begins before the first entry.</summary>
    /// <param name="keepsRows">Whether rows are folded too: what lists showed.</param>
    /// <exception cref="ArgumentException">Grains of that kind have no rules.</exception>
    public ChainReplay(ExchangeId exchange, ChainId chain, bool keepsRows = false)
    {
        _rules = GrainCatalog.Find(chain.Kind)
            ?? throw new ArgumentException($"Expected a kind of grain with rules, found {chain}.", nameof(chain));
        _rows = keepsRows ? new(RowOrder) : null;
        Chain = chain;
        Head = ChainHead.Empty(exchange, chain);
        State = _rules.Initial;
        Before = State;
    }

    public ChainId Chain { get; }

    /// <summary>Index and hash of the last entry that was applied.</summary>
    public ChainHead Head { get; private set; }

    /// <summary>The time of that entry; zero before the first.</summary>
    public UnixMilliseconds RecordedAt { get; private set; }

    /// <summary>The state after that entry.</summary>
    public GrainState State { get; private set; }

    /// <summary>The state before that entry.</summary>
    public GrainState Before { get; private set; }

    /// <summary>The events of that entry.</summary>
    public ImmutableArray<Event> Events { get; private set; } = [];

    /// <summary>The rows after that entry, by table and item; none where they are not kept.</summary>
    public IReadOnlyCollection<Row> Rows => _rows is null ? [] : _rows.Values;

    /// <summary>Applies the events that an entry records.</summary>
    /// <exception cref="CanonicalFormatException">An event is not known to these rules.</exception>
    public void Apply(Entry entry, Digest hash) =>
        Apply(entry, hash, [.. entry.Events.Select(each => WireCatalog.Read(each, entry.Command))]);

    /// <summary>Applies events that were decided again and are those of the entry.</summary>
    internal void Apply(Entry entry, Digest hash, ImmutableArray<Event> events)
    {
        if (entry.Chain != Chain || entry.Index != Head.Index.Next || entry.Previous != Head.Hash)
        {
            throw new ArgumentException(
                $"Expected {Chain} {Head.Index.Next}, found {entry.Chain} {entry.Index}.", nameof(entry));
        }

        var place = new EntryPlace(Chain, entry.Index, entry.RecordedAt);
        var state = State;
        foreach (var each in events)
        {
            state = _rules.Apply(state, each, place);
        }

        Change(state, events, place);
        Before = State;
        State = state;
        Events = events;
        Head = new(entry.Index, hash);
        RecordedAt = entry.RecordedAt;
    }

    private void Change(GrainState after, ImmutableArray<Event> events, EntryPlace place)
    {
        if (_rows is null)
        {
            return;
        }

        foreach (var change in _rules.Rows(State, after, events, place))
        {
            switch (change)
            {
                case RowChange.Upsert(var row):
                    _rows[(row.Table, row.Item)] = row;
                    break;
                case RowChange.Delete delete:
                    _rows.Remove((delete.Table, delete.Item));
                    break;
            }
        }
    }
}
