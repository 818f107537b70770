namespace Exchange.Store.Postgres;

/// <summary>
/// Numbers of chains that were used lately. A number that was committed never changes, so that it may be remembered
/// whatever other nodes do. Two generations: when the young one is full, the old one is forgotten. Thread-safe.
/// </summary>
internal sealed class ChainNumbers
{
    private const int GenerationMax = 512 * 1024;

    private readonly Lock _gate = new();
    private Dictionary<ChainId, long> _young = [];
    private Dictionary<ChainId, long> _old = [];

    internal long? Find(ChainId chain)
    {
        lock (_gate)
        {
            if (_young.TryGetValue(chain, out var number))
            {
                return number;
            }

            if (!_old.Remove(chain, out number))
            {
                return null;
            }

            Keep(chain, number);
            return number;
        }
    }

    /// <summary>Remembers a number that is committed.</summary>
    internal void Add(ChainId chain, long number)
    {
        lock (_gate)
        {
            Keep(chain, number);
        }
    }

    /// <summary>Forgets a chain that is said not to be there: the server that had it may have lost its end.</summary>
    internal void Forget(ChainId chain)
    {
        lock (_gate)
        {
            _ = _young.Remove(chain);
            _ = _old.Remove(chain);
        }
    }

    private void Keep(ChainId chain, long number)
    {
        if (_young.Count >= GenerationMax)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }

        _young[chain] = number;
    }
}
