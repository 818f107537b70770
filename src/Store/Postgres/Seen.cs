using System.Security.Cryptography;

namespace Exchange.Store.Postgres;

// family: what a node remembers of its server

/// <summary>A server and the history of its data.</summary>
/// <param name="System">The number that a server is given when it is made; copies of its files keep it.</param>
/// <param name="Timeline">Changes whenever a copy goes its own way.</param>
public readonly record struct ServerIdentity(long System, string Timeline);

/// <summary>Why a server is not used.</summary>
/// <param name="Kind">For programs; nothing where it is only set up wrongly.</param>
/// <param name="Text">For people, with what to do.</param>
public sealed record ServerRefusal(StoreRefusal? Kind, string Text);

/// <summary>An entry that a node saw committed.</summary>
/// <param name="Position">Its place in the order of the store.</param>
/// <param name="Body">
/// SHA-256 of its bytes. A server that lost its end gives the same numbers of transactions again, and with them the
/// same positions to other entries.
/// </param>
internal sealed record SeenEntry(EntryPosition Position, Digest Body)
{
    internal static SeenEntry Of(EntryPosition position, ReadOnlySpan<byte> body) =>
        new(position, new(SHA256.HashData(body)));
}

/// <summary>A key that a node handed out: what is sealed with it is kept for good.</summary>
/// <param name="Wrapped">SHA-256 of the wrapped key.</param>
internal sealed record SeenSecret(string Name, Digest Wrapped)
{
    internal static SeenSecret Of(string name, ReadOnlySpan<byte> wrapped) =>
        new(name, new(SHA256.HashData(wrapped)));
}

/// <summary>
/// What was found in the database rather than written by a writer of this node, and has to be there until some writer's
/// transaction that began later is acknowledged: what was committed after it cannot be there without it. Of more than
/// there is room for, those found last stay. Not thread-safe.
/// </summary>
internal sealed class FoundSince<T>(int countMax)
    where T : notnull
{
    // In the order of the moments: what is found again keeps its place.
    private readonly Queue<(T Found, long Moment)> _order = [];
    private readonly HashSet<T> _all = [];

    internal IReadOnlyCollection<T> All => _all;

    /// <summary>Remembers; false where it was remembered.</summary>
    internal bool Add(T found, long moment)
    {
        if (!_all.Add(found))
        {
            return false;
        }

        _order.Enqueue((found, moment));
        if (_order.Count > countMax)
        {
            _ = _all.Remove(_order.Dequeue().Found);
        }

        return true;
    }

    /// <summary>Forgets what was found before a moment.</summary>
    internal void Forget(long before)
    {
        while (_order.TryPeek(out var first) && first.Moment < before)
        {
            _ = _all.Remove(_order.Dequeue().Found);
        }
    }
}
