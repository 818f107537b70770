using System.Text;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;

namespace Exchange.Store.Sqlite;

/// <summary>
/// Reads what decides a delivery's block. The keys of a block lie close together in their tables, so they are read by
/// walking along the table beside the sorted keys; where too many rows of others lie between, it seeks the next key.
/// </summary>
internal sealed class BlockReader
{
    private const int StrangersMax = 16;

    private readonly ConsentBodies _consents = new();

    private delegate void ReadRow(int at, SqliteStatement statement);

    /// <summary>Everything of the moment of the connection's transaction.</summary>
    internal BlockView Read(SqliteConnection connection, BlockQuery query) => new(
        ReadConsents(connection, query), ReadMembers(connection, query.Households),
        ReadLinks(connection, query.Identifiers),
        ReadHeads(connection, query.Households), SqliteLedgerStore.ReadHeads(connection, query.Parties));

    private Dictionary<GrainKey, ImmutableArray<Consent>> ReadConsents(SqliteConnection connection, BlockQuery query)
    {
        var found = new Dictionary<GrainKey, ImmutableArray<Consent>>(query.Households.Length);
        var statement = connection.Statement("read_block_consents")
            .BindText(4, query.Dataset.Value).BindText(5, query.Recipient.ToString());
        Walk(statement, GrainKind.Household, query.Households, (at, row) =>
        {
            var household = query.Households[at];
            var consent = _consents.Read(row.Bytes(1));
            found[household] = found.TryGetValue(household, out var others) ? others.Add(consent) : [consent];
        });
        return found;
    }

    private static Dictionary<GrainKey, ImmutableSortedDictionary<GrainKey, Member>> ReadMembers(
        SqliteConnection connection, ImmutableArray<GrainKey> households)
    {
        var found = new Dictionary<GrainKey, ImmutableSortedDictionary<GrainKey, Member>>(households.Length);
        Walk(
            connection.Statement("read_block_households"), GrainKind.Household, households,
            (at, row) => found[households[at]] =
                BlockView.MembersOf((HouseholdRow)RowBodies.Decode(RowTable.Household, row.Bytes(1))));
        return found;
    }

    private static Dictionary<GrainKey, IdentifierLink> ReadLinks(
        SqliteConnection connection, ImmutableArray<GrainKey> identifiers)
    {
        var found = new Dictionary<GrainKey, IdentifierLink>(identifiers.Length);
        Walk(
            connection.Statement("read_block_identifiers"), GrainKind.Identifier, identifiers,
            (at, row) => found[identifiers[at]] = ReadLink(row.Bytes(1)));
        return found;
    }

    private static Dictionary<GrainKey, ChainHead> ReadHeads(
        SqliteConnection connection, ImmutableArray<GrainKey> households)
    {
        var found = new Dictionary<GrainKey, ChainHead>(households.Length);
        Walk(
            connection.Statement("read_block_heads"), GrainKind.Household, households,
            (at, row) => found[households[at]] = row.Head(1));
        return found;
    }

    private static IdentifierLink ReadLink(ReadOnlySpan<byte> body)
    {
        // The body is [chain, link]: the chain is asked for by its name and need not be made again.
        var reader = new CanonicalReader(body);
        reader.ExpectArray(2);
        _ = reader.ReadEncoded();
        var link = WireCodec<IdentifierLink>.Read(ref reader);
        reader.ExpectEnd();
        return link;
    }

    // The statement answers rows in the order of their first column, a key: from argument 2 through argument 3.
    private static void Walk(
        SqliteStatement statement, GrainKind kind, ImmutableArray<GrainKey> keys, ReadRow read)
    {
        if (keys.IsEmpty)
        {
            return;
        }

        Span<byte> wanted = stackalloc byte[GrainKey.LengthMax];
        var (at, strangers) = (0, 0);
        var size = Encoding.ASCII.GetBytes(keys[at].Value, wanted);
        _ = statement.Bind(1, (long)kind).BindText(2, keys[at].Value).BindText(3, keys[^1].Value);
        while (statement.Step())
        {
            int order;
            while ((order = statement.Bytes(0).SequenceCompareTo(wanted[..size])) > 0 && ++at < keys.Length)
            {
                size = Encoding.ASCII.GetBytes(keys[at].Value, wanted);
                strangers = 0;
            }

            if (at == keys.Length)
            {
                statement.Reset();
                return;
            }

            if (order == 0)
            {
                read(at, statement);
            }
            else if (++strangers > StrangersMax)
            {
                statement.Reset();
                _ = statement.BindText(2, keys[at].Value);
                strangers = 0;
            }
        }
    }
}
