using System.Collections.Concurrent;

namespace Exchange.Api.Security;

/// <summary>
/// Remembers verified tokens by digest, in two generations: when the young one is full it becomes the old one, so that
/// memory is bounded and no entry needs a clock of its own.
/// </summary>
internal sealed class TokenCache(int tokensMax)
{
    private readonly Lock _turning = new();
    private ConcurrentDictionary<Digest, VerifiedToken> _young = new();
    private ConcurrentDictionary<Digest, VerifiedToken> _old = new();

    internal bool TryFind(Digest digest, out VerifiedToken token)
    {
        if (_young.TryGetValue(digest, out token))
        {
            return true;
        }

        if (!_old.TryGetValue(digest, out token))
        {
            return false;
        }

        Add(digest, token);
        return true;
    }

    internal void Add(Digest digest, VerifiedToken token)
    {
        if (_young.Count >= (tokensMax + 1) / 2)
        {
            lock (_turning)
            {
                if (_young.Count >= (tokensMax + 1) / 2)
                {
                    _old = _young;
                    _young = new();
                }
            }
        }

        _young[digest] = token;
    }
}

/// <summary>A token that was verified once.</summary>
internal readonly record struct VerifiedToken(Caller Caller, DateTimeOffset Expires);
