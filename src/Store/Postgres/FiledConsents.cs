using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>Consents as they lie in their table, put together with what they share once all are read.</summary>
internal sealed class FiledConsents
{
    private readonly List<Part> _parts = [];
    private readonly Dictionary<int, Terms> _terms = [];
    private readonly Dictionary<int, string> _datasets = [];
    private byte[] _key = [];
    private ChainId _chain;

    /// <summary>Takes the row on which the reader stands.</summary>
    internal void Add(NpgsqlDataReader reader)
    {
        var key = reader.GetFieldValue<byte[]>(1);
        if (!key.AsSpan().SequenceEqual(_key) || (GrainKind)reader.GetInt16(0) != _chain.Kind)
        {
            (_key, _chain) = (key, RowStatement.ReadChain(reader, RowTable.Consent));
        }

        _parts.Add(new(
            _chain, PackedKey.Read(reader.GetFieldValue<byte[]>(2)), reader.GetFieldValue<byte[]>(3),
            reader.GetInt32(4), reader.GetInt32(5), reader.GetInt16(6)));
    }

    internal async ValueTask FindTermsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_parts.Count == 0)
        {
            return;
        }

        var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Ask("terms_of", _parts.Select(part => part.Terms)),
                Ask("datasets_of", _parts.Select(part => part.Dataset)),
            },
        };
        await using (batch.ConfigureAwait(false))
        {
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var (digest, shared) = (reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(3));
                    _terms[reader.GetInt32(0)] = new(
                        RowValue.Of(reader.GetString(1)), shared,
                        ConsentWrites.DigestOf(shared).AsSpan().SequenceEqual(digest));
                }

                _ = await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    _datasets[reader.GetInt32(0)] = reader.GetString(1);
                }
            }
        }
    }

    /// <summary>The rows; one whose terms or dataset are missing is none, as for every other reader.</summary>
    internal IEnumerable<FiledRow> Rows()
    {
        foreach (var part in _parts)
        {
            if (_terms.TryGetValue(part.Terms, out var terms) && _datasets.TryGetValue(part.Dataset, out var dataset))
            {
                yield return Row(part, terms, dataset);
            }
        }
    }

    private static FiledRow Row(in Part part, Terms terms, string dataset)
    {
        ImmutableArray<RowValue> columns = [RowValue.Of(dataset), terms.Recipient, RowValue.Of(part.Status)];
        try
        {
            var body = ConsentForm.Join(part.Chain, GrainKey.Parse(part.Item), part.Rest, terms.Shared);
            return new(RowTable.Consent, part.Chain, part.Item, columns, body, terms.IsWhole);
        }
        catch (CanonicalFormatException)
        {
            // Bytes that cannot be put together are no row: the check says that this is another one.
            return new(RowTable.Consent, part.Chain, part.Item, columns, part.Rest, IsWhole: false);
        }
    }

    private static NpgsqlBatchCommand Ask(string statement, IEnumerable<int> numbers) =>
        new(PostgresRows.Statement(RowTable.Consent, statement))
        {
            Parameters =
            {
                new NpgsqlParameter<int[]>
                {
                    TypedValue = [.. numbers.Distinct()],
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer,
                },
            },
        };

    private readonly record struct Part(
        ChainId Chain, string Item, byte[] Rest, int Terms, int Dataset, short Status);

    private sealed record Terms(RowValue Recipient, byte[] Shared, bool IsWhole);
}
