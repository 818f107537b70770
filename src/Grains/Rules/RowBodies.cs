using Exchange.Grains.Accesses;
using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Departments;
using Exchange.Grains.Exchanges;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;
using Exchange.Grains.Notices;

namespace Exchange.Grains.Rules;

/// <summary>
/// The bytes of a row: its canonical form. Which type a table holds stands here and nowhere else.
/// </summary>
public static class RowBodies
{
    private static readonly Dictionary<RowTable, IBody> Bodies = new()
    {
        [RowTable.Department] = new Body<DepartmentRow>(),
        [RowTable.Officer] = new Body<OfficerRow>(),
        [RowTable.Household] = new Body<HouseholdRow>(),
        [RowTable.Consent] = new Body<ConsentRow>(),
        [RowTable.Identifier] = new Body<IdentifierRow>(),
        [RowTable.Notice] = new Body<NoticeRow>(),
        [RowTable.Buyer] = new Body<BuyerRow>(),
        [RowTable.Dataset] = new Body<DatasetRow>(),
        [RowTable.Revision] = new Body<RevisionRow>(),
        [RowTable.Offer] = new Body<OfferRow>(),
        [RowTable.Agreement] = new Body<AgreementRow>(),
        [RowTable.Delivery] = new Body<DeliveryRow>(),
        [RowTable.Access] = new Body<AccessRow>(),
        [RowTable.DueWork] = new Body<DueWorkRow>(),
    };

    private interface IBody
    {
        byte[] Encode(Row row);

        Row Decode(ReadOnlySpan<byte> body);
    }

    /// <summary>The tables there are, ascending.</summary>
    public static ImmutableArray<RowTable> Tables { get; } = [.. Bodies.Keys.Order()];

    /// <summary>The canonical bytes of a row.</summary>
    public static byte[] Encode(Row row) => Bodies[row.Table].Encode(row);

    /// <summary>Reads a row of a table.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not a row of the table.</exception>
    public static Row Decode(RowTable table, ReadOnlySpan<byte> body) => Bodies[table].Decode(body);

    private sealed class Body<TRow> : IBody
        where TRow : Row
    {
        public byte[] Encode(Row row) => WireCodec<TRow>.Encode((TRow)row);

        public Row Decode(ReadOnlySpan<byte> body) => WireCodec<TRow>.Decode(body);
    }
}
