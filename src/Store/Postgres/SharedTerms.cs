using System.Collections.Concurrent;
using Exchange.Grains.Households;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>
/// What consents share, by its digest: read once and given again. The name is of the bytes, so nothing that was read
/// can become wrong, not even where the database was exchanged. Thread-safe.
/// </summary>
internal sealed class SharedTerms
{
    private const int KnownMax = 4096;

    private readonly ConcurrentDictionary<ReadOnlyMemory<byte>, ConsentTerms> _terms = new(new BytesComparer());

    internal ConsentTerms? Find(ReadOnlyMemory<byte> digest) => _terms.GetValueOrDefault(digest);

    /// <summary>Reads what is not known yet.</summary>
    internal async ValueTask<Dictionary<ReadOnlyMemory<byte>, ConsentTerms>> ReadAsync(
        NpgsqlConnection connection, IReadOnlyCollection<ReadOnlyMemory<byte>> digests,
        CancellationToken cancellationToken)
    {
        var found = new Dictionary<ReadOnlyMemory<byte>, ConsentTerms>(new BytesComparer());
        var missing = new List<byte[]>();
        foreach (var digest in digests)
        {
            if (Find(digest) is { } known)
            {
                found[digest] = known;
            }
            else
            {
                missing.Add(digest.ToArray());
            }
        }

        if (missing.Count == 0)
        {
            return found;
        }

        var command = new NpgsqlCommand(SqlText.Postgres.Of("read_terms"), connection);
        await using (command.ConfigureAwait(false))
        {
            _ = command.Parameters.Add(new NpgsqlParameter<List<byte[]>>
            {
                TypedValue = missing, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
            });
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var digest = reader.GetFieldValue<byte[]>(0);
                    found[digest] = Keep(digest, ConsentForm.ReadShared(reader.GetFieldValue<byte[]>(1)));
                }
            }
        }

        return found;
    }

    private ConsentTerms Keep(byte[] digest, ConsentTerms terms)
    {
        if (_terms.Count >= KnownMax)
        {
            // Terms that are all different would fill memory for nothing; starting anew costs one more reading each.
            _terms.Clear();
        }

        return _terms.GetOrAdd(digest, terms);
    }
}
