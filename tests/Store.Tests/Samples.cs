using Exchange.Grains.Accesses;
using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;

namespace Exchange.Store.Tests;

/// <summary>Entries, parts and rows as the engine makes them, each determined by its arguments.</summary>
public static class Samples
{
    public static readonly ExchangeId Exchange = new(new Bytes16(1, 2));
    public static readonly ChainId Acme = ChainId.Parse("buyer/acme");
    public static readonly ChainId Other = ChainId.Parse("buyer/other");
    public static readonly GrainKey Relief = GrainKey.Parse("relief");

    public static GrainKey Key(int number) => GrainKey.Parse($"key-{number:d6}");

    public static ChainId Household(int number) => new(GrainKind.Household, Key(number));

    public static CommandId Command(int number) => new(new Bytes16(77, (ulong)number));

    public static ChainHead Genesis(ChainId chain) => ChainHead.Empty(Exchange, chain);

    /// <summary>A part of some entries after a head, with the ids of their commands.</summary>
    public static ChainPart Part(ChainId chain, ChainHead after, params ReadOnlySpan<int> commands)
    {
        var entries = ImmutableArray.CreateBuilder<PendingEntry>();
        var head = after;
        foreach (var command in commands)
        {
            var entry = Entry(chain, head, Command(command), chain, bodySize: 40);
            entries.Add(entry);
            head = new(entry.Index, entry.Hash);
        }

        return new(chain, after, entries.DrainToImmutable(), []);
    }

    public static ChainHead HeadOf(ChainPart part) => new(part.Entries[^1].Index, part.Entries[^1].Hash);

    /// <summary>An entry of about no size, or of exactly the size asked where that is more.</summary>
    public static PendingEntry Entry(ChainId chain, ChainHead after, CommandId command, ChainId actor, int bodySize)
    {
        var entry = Plain(chain, after, command, actor, padding: 0);
        var body = EntryCodec.Encode(entry);
        for (var padding = bodySize - body.Length; padding > 0 && body.Length != bodySize;)
        {
            body = EntryCodec.Encode(Plain(chain, after, command, actor, padding));
            padding += bodySize - body.Length;
        }

        return new(
            entry.Index, Hashes.Entry(body), entry.RecordedAt, actor, command, Hashes.Command(actor, entry.Command),
            body);
    }

    public static ConsentRow Consent(
        int household, string item, GrainKey? dataset = null, ChainId? recipient = null,
        ConsentStatus status = ConsentStatus.Given)
    {
        var terms = new ConsentTerms(
            [], new(GrainKey.Parse("notice"), 1, "zh", default), recipient ?? Acme, dataset ?? Relief,
            [ColumnName.Parse("income")], [PurposeCode.Parse("dpv:AcademicResearch")], [ProcessingMethod.Use],
            new(new(1), new(99)), 30,
            LegalBasis.Consent);
        return new(Household(household), new(
            GrainKey.Parse(item), new(3), new(17), new(ChainId.Parse("officer/li"), "p1"), Key(1), Capacity.Self, [],
            terms, status,
            ConfirmedAt: new(18), EndedAt: null, Supersedes: null));
    }

    public static IdentifierRow Identifier(int number, int household) => new(
        new(GrainKind.Identifier, Key(number)),
        new(GrainKey.Parse("health"), GrainKey.Parse("card"), Key(household), Member: null, new(4)));

    public static HouseholdRow HouseholdIn(int number, string county) => new(
        Household(number), new(GrainKey.Parse("civil"), DivisionCode.Parse(county)), []);

    public static BuyerRow Buyer(string name, BuyerStatus status) => new(
        new(GrainKind.Buyer, GrainKey.Parse(name)), new("贵阳 Ltd", "91520100", "CN", "mail", []), status);

    public static AccessRow Access(string regulator, int entry, GrainKey? household) => new(
        new(GrainKind.Access, GrainKey.Parse(regulator)), new(entry), new(5),
        new("case-1", AccessOperation.Export, household, default, 1));

    public static DueWorkRow Due(string agreement, DueWorkKind kind, long at, bool isParked) => new(
        new(GrainKind.Agreement, GrainKey.Parse(agreement)), kind, new(at), isParked);

    private static Entry Plain(ChainId chain, ChainHead after, CommandId command, ChainId actor, int padding)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(1);
        writer.WriteBytes16(command.Value);
        var fields = writer.ToArray();
        writer = new CanonicalWriter();
        writer.WriteArray(1);
        writer.WriteBinary(new byte[padding]);
        var index = after.Index.Next;
        return new()
        {
            Chain = chain,
            Index = index,
            Previous = after.Hash,
            RecordedAt = new(1_000_000 + index.Value),
            Actor = new(actor, Role.Operator, OnBehalfOf: null, Person: null, Channel.Self, Authentication: null),
            CommandId = command,
            Command = new(Type: 1, Version: 1, fields),
            Rules = 1,
            Facts = [],
            Events = [new(Type: 1, Version: 1, writer.ToArray())],
            Salt = default,
        };
    }

    public static RowChange Upsert(Row row) => new RowChange.Upsert(row);

    public static RowChange Delete(Row row) => new RowChange.Delete(row.Table, row.Chain, row.Item);

    public static IEnumerable<string> Texts(IEnumerable<Row> rows) =>
        rows.Select(row => $"{row.Table} {row.Chain} {row.Item} {Convert.ToHexString(RowBodies.Encode(row))}");

    public static void Same(IEnumerable<Row> expected, IEnumerable<Row> found) =>
        Assert.Equal(Texts(expected), Texts(found));

    public static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
