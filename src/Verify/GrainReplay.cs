using System.Text.Json.Nodes;
using Exchange.Grains;
using Exchange.Grains.Rules;
using Exchange.Grains.Wire;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>Folds one chain through a moment or an entry into the rows that lists showed then.</summary>
internal static class GrainReplay
{
    /// <summary>The grain as JSON. Memory grows with the grain's rows, not with its entries.</summary>
    internal static JsonObject Fold(ChainFileReader file, ReplayRequest request)
    {
        var rows = new SortedDictionary<(RowTable Table, string Item), Row>(RowOrder);
        var rules = GrainCatalog.Find(request.Grain.Kind)!;
        var state = rules.Initial;
        var head = ChainHead.Empty(file.Exchange, request.Grain);
        UnixMilliseconds? recordedAt = null;
        foreach (var bytes in file.ReadChain(request.Grain))
        {
            var entry = EntryCodec.Decode(bytes);
            if (entry.Index > request.Index || entry.RecordedAt > request.Time)
            {
                break;
            }

            var place = new EntryPlace(entry.Chain, entry.Index, entry.RecordedAt);
            var events = entry.Events.Select(each => WireCatalog.Read(each, entry.Command)).ToImmutableArray();
            var before = state;
            foreach (var each in events)
            {
                state = rules.Apply(state, each, place);
            }

            foreach (var change in rules.Rows(before, state, events, place))
            {
                Change(rows, change);
            }

            (head, recordedAt) = (new(entry.Index, Hashes.Entry(bytes.Span)), entry.RecordedAt);
        }

        return ToJson(request, head, recordedAt, rows.Values);
    }

    private static Comparer<(RowTable Table, string Item)> RowOrder { get; } =
        Comparer<(RowTable Table, string Item)>.Create(static (left, right) =>
            left.Table != right.Table
                ? left.Table.CompareTo(right.Table)
                : string.CompareOrdinal(left.Item, right.Item));

    private static void Change(SortedDictionary<(RowTable Table, string Item), Row> rows, RowChange change)
    {
        switch (change)
        {
            case RowChange.Upsert(var row):
                rows[(row.Table, row.Item)] = row;
                break;
            case RowChange.Delete(var table, _, var item):
                _ = rows.Remove((table, item));
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"No way to apply {change.GetType().Name}.");
        }
    }

    private static JsonObject ToJson(
        ReplayRequest request, ChainHead head, UnixMilliseconds? recordedAt, IEnumerable<Row> rows) => new()
        {
            ["grain"] = request.Grain.ToString(),
            ["at"] = request.Time?.ToString() ?? request.Index?.ToString(),
            ["head"] = head.IsEmpty
                ? null
                : new JsonObject { ["index"] = head.Index.Value, ["hash"] = head.Hash.ToString() },
            ["recordedAt"] = recordedAt?.ToString(),
            ["rows"] = new JsonArray([.. rows.Select(row => new JsonObject
            {
                ["table"] = RowJson.NameOf(row.Table),
                ["item"] = row.Item,
                ["row"] = RowJson.Of(row),
            })]),
        };
}
