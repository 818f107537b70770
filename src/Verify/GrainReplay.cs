using System.Text.Json.Nodes;
using Exchange.Grains.Replay;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>Folds one chain through a moment or an entry into the rows that lists showed then.</summary>
internal static class GrainReplay
{
    /// <summary>The grain as JSON. Memory grows with the grain's rows, not with its entries.</summary>
    internal static JsonObject Fold(ChainFileReader file, ReplayRequest request)
    {
        var replay = new ChainReplay(file.Exchange, request.Grain, keepsRows: true);
        foreach (var bytes in file.ReadChain(request.Grain))
        {
            var entry = EntryCodec.Decode(bytes);
            if (entry.Index > request.Index || entry.RecordedAt > request.Time)
            {
                break;
            }

            replay.Apply(entry, Hashes.Entry(bytes.Span));
        }

        return new()
        {
            ["grain"] = request.Grain.ToString(),
            ["at"] = request.Time?.ToString() ?? request.Index?.ToString(),
            ["head"] = replay.Head.IsEmpty
                ? null
                : new JsonObject { ["index"] = replay.Head.Index.Value, ["hash"] = replay.Head.Hash.ToString() },
            ["recordedAt"] = replay.Head.IsEmpty ? null : replay.RecordedAt.ToString(),
            ["rows"] = new JsonArray([.. replay.Rows.Select(row => new JsonObject
            {
                ["table"] = RowJson.NameOf(row.Table),
                ["item"] = row.Item,
                ["row"] = RowJson.Of(row),
            })]),
        };
    }
}
