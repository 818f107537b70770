using System.Globalization;
using Exchange.Grains.Accesses;
using Exchange.Grains.Identifiers;

namespace Exchange.Api.Resources;

/// <summary>/v1/chains and /v1/receipts: the history itself</summary>
internal static class Chains
{
    internal static void Map(RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("").WithTags("Chains");
        group.MapGet("/chains/{kind}/{key:key}", ListEntries).Allow(Role.Regulator).Lists<EntryView>()
            .ReadsHouseholds()
            .Operation("listEntries", "Lists a chain's entries in order");
        group.MapGet("/receipts/{kind}/{key:key}/{index:long}", GetReceipt).AllowEveryRole().Produces<ReceiptView>()
            .Operation("getReceipt", "Hands out the receipt of an entry again, to who gave it or whose chain it is");
    }

    private static async Task<IResult> ListEntries(string kind, string key, ListQuery page, Call call)
    {
        if (!ChainId.TryParse($"{kind}/{key}", out var chain))
        {
            return Problems.Of(Fault.NotFound);
        }

        if (await DenyAsync(call, chain) is { } denied)
        {
            return denied;
        }

        if (page.After is { } cursor && !long.TryParse(cursor.Item, CultureInfo.InvariantCulture, out _))
        {
            return Problems.Of(Fault.InputInvalid, new ProblemError("#cursor", "Expected a cursor of this list."));
        }

        var from = page.After is { } after ? long.Parse(after.Item, CultureInfo.InvariantCulture) + 1 : 0;
        var through = new EntryIndex(from + page.Limit);
        List<EntryView> entries = [];
        string? next = null;
        await foreach (var stored in call.Ledger.ReadChainAsync(chain, new EntryIndex(from), through, call.Aborted))
        {
            if (entries.Count == page.Limit)
            {
                next = ListQuery.Write(new RowCursor(chain, entries[^1].Index.ToString()));
                break;
            }

            entries.Add(EntryView.Of(stored.Bytes));
        }

        return entries.Count == 0 && from == 0 ? Problems.Of(Fault.NotFound) : call.ShowPage(entries, next);
    }

    /// <summary>A household's chain, and a number's, tell about a household: the access is on record first.</summary>
    private static async ValueTask<IResult?> DenyAsync(Call call, ChainId chain)
    {
        if (chain.Kind == GrainKind.Household)
        {
            return await call.DenyAsync(chain.Key);
        }

        if (chain.Kind != GrainKind.Identifier)
        {
            return null;
        }

        return call.CaseNumber is null
            ? HouseholdAccess.CaseNumberMissing()
            : await call.RecordIdentifierAccessAsync(chain, AccessOperation.Read);
    }

    private static async Task<IResult> GetReceipt(string kind, string key, long index, Call call)
    {
        if (index < 0 || !ChainId.TryParse($"{kind}/{key}", out var chain)
            || await call.FindEntryAsync(chain, new EntryIndex(index)) is not var (entry, bytes)
            || !(call.Caller.Role == Role.Regulator || chain == call.Caller.Subject
                || entry.Actor.Id == call.Caller.Subject))
        {
            return Problems.Of(Fault.NotFound);
        }

        return Results.Json(
            new ReceiptView(call.Exchange.Id, chain, entry.Index, Hashes.Entry(bytes.Span), entry.RecordedAt),
            ApiJson.Options);
    }
}
