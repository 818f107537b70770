namespace Exchange.Store.Sqlite;

/// <summary>
/// Numbers and heads of the chains that were written lately. Two generations: when the young one is full, the old one
/// is forgotten, so that memory has a bound and what is used stays.
/// </summary>
internal sealed class ChainCache
{
    private const int GenerationMax = 256 * 1024;

    private readonly SqliteStatement _find;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _readHead;
    private readonly SqliteConnection _connection;
    private Dictionary<ChainId, Slot> _young = [];
    private Dictionary<ChainId, Slot> _old = [];
    private long _greatestId;

    internal ChainCache(SqliteConnection connection)
    {
        _connection = connection;
        _find = connection.Statement("find_chain");
        _insert = connection.Statement("insert_chain");
        _readHead = connection.Statement("read_head");
        _greatestId = connection.ReadNumberOrZero("read_greatest_chain");
    }

    /// <summary>The chain with its head, or nothing where it has no entry yet.</summary>
    internal Slot? Get(ChainId chain)
    {
        if (_young.TryGetValue(chain, out var slot))
        {
            return slot;
        }

        if (_old.Remove(chain, out slot) || Read(chain) is { } read && (slot = read) is not null)
        {
            Keep(chain, slot);
            return slot;
        }

        return null;
    }

    /// <summary>Gives a chain its number; its first entry follows in the same transaction.</summary>
    internal Slot Add(ChainId chain)
    {
        // Where the transaction does not commit the number is never used; numbers need not be without gaps.
        _greatestId++;
        _insert.Bind(1, _greatestId).Bind(2, chain).Run();
        var slot = new Slot(_greatestId);
        Keep(chain, slot);
        return slot;
    }

    /// <summary>Forgets everything: a transaction did not commit, and what is here may never have happened.</summary>
    internal void Clear()
    {
        _young.Clear();
        _old.Clear();
    }

    private Slot? Read(ChainId chain)
    {
        if (!_find.Bind(1, chain).Step())
        {
            return null;
        }

        var slot = new Slot(_find.Number(0));
        _find.Reset();
        if (_readHead.Bind(1, slot.Id).Step())
        {
            slot.Head = _readHead.Head(0);
            _readHead.Reset();
        }

        return slot;
    }

    private void Keep(ChainId chain, Slot slot)
    {
        if (_young.Count >= GenerationMax)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }

        _young[chain] = slot;
    }

    internal sealed class Slot(long id)
    {
        internal long Id { get; } = id;

        internal ChainHead? Head { get; set; }
    }
}
