using System.Collections.Concurrent;
using System.Security.Cryptography;
using Exchange.Engine.Contents;
using Exchange.Engine.Ports;
using Exchange.Signing;

namespace Exchange.Engine.Secrets;

/// <summary>
/// The keys of households and officers, kept wrapped by the master key. A key is durable before anybody gets it, and
/// whoever comes first decides it. Keeps a bounded number unwrapped.
/// </summary>
public sealed class SubjectKeys(ISecretStore store, MasterKey master) : ISubjectKeys
{
    /// <summary>How many keys are kept unwrapped.</summary>
    public const int CachedMax = 100_000;

    private const int BatchMax = 1000;

    private readonly ConcurrentDictionary<ChainId, SubjectKey> _cache = new();

    /// <summary>The key of one subject; made where there was none.</summary>
    public async ValueTask<SubjectKey> GetOrCreateAsync(ChainId subject, CancellationToken cancellationToken) =>
        _cache.TryGetValue(subject, out var cached)
            ? cached
            : (await GetOrCreateAsync([subject], cancellationToken))[0];

    public async ValueTask<ImmutableArray<SubjectKey>> GetOrCreateAsync(
        ImmutableArray<ChainId> subjects, CancellationToken cancellationToken)
    {
        var found = await FindAsync(subjects, cancellationToken);
        ImmutableArray<ChainId> missing = [.. subjects.Where((_, i) => found[i] is null).Distinct()];
        if (missing.IsEmpty)
        {
            return [.. found.Select(key => key!)];
        }

        var made = new Dictionary<ChainId, SubjectKey>(missing.Length);
        for (var from = 0; from < missing.Length; from += BatchMax)
        {
            var batch = missing.Slice(from, Math.Min(BatchMax, missing.Length - from));
            ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> fresh =
            [
                .. batch.Select(subject => KeyValuePair.Create(
                    NameOf(subject), (ReadOnlyMemory<byte>)KeyWrap.Wrap(master, subject, SubjectKey.Create()))),
            ];
            var kept = await store.GetOrAddManyAsync(fresh, cancellationToken);
            for (var i = 0; i < batch.Length; i++)
            {
                made[batch[i]] = Unwrap(batch[i], kept[i].Span);
            }
        }

        return [.. subjects.Select((subject, i) => found[i] ?? made[subject])];
    }

    public async ValueTask<ImmutableArray<SubjectKey?>> FindAsync(
        ImmutableArray<ChainId> subjects, CancellationToken cancellationToken)
    {
        var keys = new SubjectKey?[subjects.Length];
        var missing = new List<int>();
        for (var i = 0; i < keys.Length; i++)
        {
            if (!_cache.TryGetValue(subjects[i], out keys[i]))
            {
                missing.Add(i);
            }
        }

        foreach (var batch in missing.Chunk(BatchMax))
        {
            var wrapped = await store.FindManyAsync([.. batch.Select(i => NameOf(subjects[i]))], cancellationToken);
            for (var at = 0; at < batch.Length; at++)
            {
                keys[batch[at]] = wrapped[at] is { } bytes ? Unwrap(subjects[batch[at]], bytes.Span) : null;
            }
        }

        return [.. keys];
    }

    private SubjectKey Unwrap(ChainId subject, ReadOnlySpan<byte> wrapped)
    {
        if (!KeyWrap.TryUnwrap(master, subject, wrapped, out var key))
        {
            throw new CryptographicException(
                $"The key of {subject} was wrapped by another master key than the one given.");
        }

        if (_cache.Count >= CachedMax)
        {
            // Rare, and a key is read again in a moment: simply begin anew rather than keep an order of use.
            _cache.Clear();
        }

        return _cache.GetOrAdd(subject, key);
    }

    private static string NameOf(ChainId subject) => $"key/{subject}";
}
