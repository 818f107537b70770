using System.Data;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>Reads what decides a delivery's block: one snapshot, asked in one step.</summary>
internal sealed class PostgresBlockReader(NpgsqlDataSource source)
{
    private readonly SharedTerms _terms = new();

    internal async ValueTask<BlockView> ReadAsync(BlockQuery query, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            // Begun with the first of the statements, without a step of its own.
            var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken)
                .ConfigureAwait(false);
            await using (moment.ConfigureAwait(false))
            {
                return await ReadAsync(connection, query, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<BlockView> ReadAsync(
        NpgsqlConnection connection, BlockQuery query, CancellationToken cancellationToken)
    {
        var batch = Ask(connection, query);
        await using (batch.ConfigureAwait(false))
        {
            List<(GrainKey Household, GrainKey Item, byte[] Body, byte[] Digest)> rows = [];
            var members = new Dictionary<GrainKey, ImmutableSortedDictionary<GrainKey, Member>>();
            var links = new Dictionary<GrainKey, IdentifierLink>();
            var heads = new Dictionary<GrainKey, ChainHead>();
            var parties = new ChainHead?[query.Parties.Length];
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await EachAsync(reader, at => rows.Add((
                    query.Households[at], GrainKey.Parse(PackedKey.Read(reader.GetFieldValue<byte[]>(1))),
                    reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(3)))).ConfigureAwait(false);
                await EachAsync(reader, at => members[query.Households[at]] = BlockView.MembersOf(
                    (HouseholdRow)RowBodies.Decode(RowTable.Household, reader.GetFieldValue<byte[]>(1))))
                    .ConfigureAwait(false);
                await EachAsync(reader, at => links[query.Identifiers[at]] =
                    ((IdentifierRow)RowBodies.Decode(RowTable.Identifier, reader.GetFieldValue<byte[]>(1))).Link)
                    .ConfigureAwait(false);
                await EachAsync(reader, at => heads[query.Households[at]] = HeadOf(reader)).ConfigureAwait(false);
                await EachAsync(reader, at => parties[at] = HeadOf(reader)).ConfigureAwait(false);
            }

            var consents = await DecodeAsync(connection, rows, cancellationToken).ConfigureAwait(false);
            return new(consents, members, links, heads, [.. parties]);
        }
    }

    private static NpgsqlBatch Ask(NpgsqlConnection connection, BlockQuery query)
    {
        var households = Texts(query.Households);
        return new(connection)
        {
            BatchCommands =
            {
                Command(
                    "read_block_consents",
                    Array(NpgsqlDbType.Bytea, query.Households.Select(key => PackedKey.Of(key.Value)).ToArray()),
                    Kind(GrainKind.Household), Text(query.Dataset.Value), Text(query.Recipient.ToString())),
                Command("read_block_households", Array(NpgsqlDbType.Text, households), Kind(GrainKind.Household)),
                Command(
                    "read_block_identifiers", Array(NpgsqlDbType.Text, Texts(query.Identifiers)),
                    Kind(GrainKind.Identifier)),
                Command(
                    "read_block_heads",
                    Array(NpgsqlDbType.Smallint, query.Households.Select(_ => (short)GrainKind.Household).ToArray()),
                    Array(NpgsqlDbType.Text, households)),
                Command(
                    "read_block_heads",
                    Array(NpgsqlDbType.Smallint, query.Parties.Select(chain => (short)chain.Kind).ToArray()),
                    Array(NpgsqlDbType.Text, query.Parties.Select(chain => chain.Key.Value).ToArray())),
            },
        };
    }

    private async ValueTask<Dictionary<GrainKey, ImmutableArray<Consent>>> DecodeAsync(
        NpgsqlConnection connection, List<(GrainKey Household, GrainKey Item, byte[] Body, byte[] Digest)> rows,
        CancellationToken cancellationToken)
    {
        var digests = new HashSet<ReadOnlyMemory<byte>>(
            rows.Select(row => (ReadOnlyMemory<byte>)row.Digest), new BytesComparer());
        var terms = await _terms.ReadAsync(connection, digests, cancellationToken).ConfigureAwait(false);
        var consents = new Dictionary<GrainKey, ImmutableArray<Consent>>();
        foreach (var (household, item, rest, digest) in rows)
        {
            var consent = ConsentForm.Read(item, rest, terms[digest]);
            consents[household] = consents.TryGetValue(household, out var others) ? others.Add(consent) : [consent];
        }

        return consents;
    }

    // One result: its first column is the place of the key that was asked, from 1. Leaves the reader at the next.
    private static async ValueTask EachAsync(NpgsqlDataReader reader, Action<int> read)
    {
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            read((int)reader.GetInt64(0) - 1);
        }

        _ = await reader.NextResultAsync().ConfigureAwait(false);
    }

    private static ChainHead HeadOf(NpgsqlDataReader reader) =>
        new(new(reader.GetFieldValue<long>(1)), new(reader.GetFieldValue<byte[]>(2)));

    private static NpgsqlBatchCommand Command(string statement, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(SqlText.Postgres.Of(statement));
        foreach (var parameter in parameters)
        {
            _ = command.Parameters.Add(parameter);
        }

        return command;
    }

    private static string[] Texts(ImmutableArray<GrainKey> keys) => [.. keys.Select(key => key.Value)];

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType type, T[] values) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    private static NpgsqlParameter<short> Kind(GrainKind kind) => new() { TypedValue = (short)kind };

    private static NpgsqlParameter<string> Text(string text) => new() { TypedValue = text };
}
