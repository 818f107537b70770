using Exchange.Grains.Datasets;

namespace Exchange.Api.Resources;

/// <summary>/v1/datasets/{id}/offers and /v1/offers</summary>
internal static class Offers
{
    internal static void Map(RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("").WithTags("Offers");
        group.MapPost("/datasets/{id:key}/offers", Make).Allow(Role.Department)
            .Writes<OfferView>(StatusCodes.Status201Created)
            .Operation("makeOffer", "Makes an offer, which is immutable");
        group.MapGet("/datasets/{id:key}/offers", List).AllowEveryRole().Lists<OfferView>()
            .Operation("listOffers", "Lists a dataset's offers");
        group.MapGet("/offers/{id:key}", Get).AllowEveryRole().Reads<OfferView>()
            .Operation("getOffer", "Shows an offer, now or as of a moment");
        group.MapPost("/offers/{id:key}/retire", Retire).Allow(Role.Department).Writes<OfferView>()
            .Operation("retireOffer", "Takes an offer back; agreements stay");
    }

    /// <summary>An offer by its own id.</summary>
    internal static async ValueTask<OfferRow?> FindAsync(Call call, string id)
    {
        var rows = await call.Rows.ListAsync(
            new RowQuery(RowTable.Offer, RowFilter.ByItem, [RowValue.Of(id)]), after: null, limit: 1, call.Aborted);
        return rows is [OfferRow row] ? row : null;
    }

    private static async Task<IResult> Make(string id, MakeOfferBody body, Call call)
    {
        var dataset = GrainKey.Parse(id);
        var chain = Datasets.ChainOf(dataset);
        if (await Datasets.DenyAsync(call, chain) is { } denied)
        {
            return denied;
        }

        var offer = Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, call.CommandId);
        var terms = new OfferTerms([.. body.Columns], [.. body.Purposes], body.Period, body.PriceFen, body.Assessment);
        var document = await Documents.KeepAsync(call, new OfferDocument(dataset, offer, terms));
        return await call.SubmitAsync(new Submission<OfferRow, OfferView>(
            call.Request(chain, new MakeOffer(offer, document, terms)), offer.Value, OfferView.Of)
        {
            Status = StatusCodes.Status201Created,
            Location = $"/v1/offers/{offer}",
        });
    }

    private static Task<IResult> List(string id, ListQuery page, Call call) => call.ListAsync<OfferRow, OfferView>(
        page,
        new RowQuery(RowTable.Offer, RowFilter.OfChain, [RowValue.Of(Datasets.ChainOf(GrainKey.Parse(id)))]),
        row => ValueTask.FromResult<OfferView?>(OfferView.Of(row)));

    private static async Task<IResult> Get(string id, AtQuery at, Call call) =>
        await FindAsync(call, id) is { } row
            ? await call.FindAsync<OfferRow, OfferView>(row.Chain, row.Item, RowTable.Offer, at, OfferView.Of)
            : Problems.Of(Fault.NotFound);

    private static async Task<IResult> Retire(string id, Call call)
    {
        if (await FindAsync(call, id) is not { } row)
        {
            return Problems.Of(Fault.NotFound);
        }

        return await Datasets.DenyAsync(call, row.Chain) ?? await call.SubmitAsync(new Submission<OfferRow, OfferView>(
            call.Request(row.Chain, new RetireOffer(row.Key)), row.Item, OfferView.Of));
    }
}
