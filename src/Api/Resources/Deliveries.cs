using System.IO.Compression;
using System.IO.Pipelines;
using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Exchange.Api.Resources;

/// <summary>/v1/agreements/{id}/deliveries and /v1/deliveries</summary>
internal static class Deliveries
{
    internal static void Map(RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("").WithTags("Deliveries");
        group.MapPost("/agreements/{id:key}/deliveries", Start).Allow(Role.Department, Role.Buyer)
            .Writes<DeliveryView>(StatusCodes.Status201Created)
            .Operation("startDelivery", "Starts a delivery, whose content can then be read once");
        group.MapGet("/agreements/{id:key}/deliveries", List)
            .Allow(Role.Operator, Role.Department, Role.Buyer, Role.Regulator).Lists<DeliveryView>()
            .Operation("listDeliveries", "Lists an agreement's deliveries");
        group.MapGet("/deliveries/{id:key}", Get).Allow(Role.Operator, Role.Department, Role.Buyer, Role.Regulator)
            .Reads<DeliveryView>()
            .Operation("getDelivery", "Shows a delivery; rows, bytes and digest after its end");
        group.MapGet("/deliveries/{id:key}/content", GetContent).Allow(Role.Department, Role.Buyer)
            .Produces<Stream>(StatusCodes.Status200OK, "text/csv")
            .Operation("getDeliveryContent", "Streams a delivery as CSV, once");
        group.MapGet("/deliveries/{id:key}/manifest", GetManifest).Allow(Role.Department, Role.Regulator)
            .Produces<ManifestSummaryView>()
            .Operation("getManifestSummary", "Shows what was withheld and why: for licensor and regulator");
    }

    private static async Task<IResult> Start(string id, StartDeliveryBody? body, Call call)
    {
        if (await Agreements.FindVisibleAsync(call, GrainKey.Parse(id)) is not { } agreement)
        {
            return Problems.Of(Fault.NotFound);
        }

        if (agreement.Terms.Licensee != call.Caller.Subject)
        {
            return Problems.Of(Fault.NotPermitted);
        }

        var delivery = Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, call.CommandId);

        // A retry is the same intent also where another run of the node had started the delivery.
        var known = await call.Rows.FindAsync(RowTable.Delivery, agreement.Chain, delivery.Value, call.Aborted);
        var run = known is DeliveryRow row
            ? row.Run
            : call.Http.RequestServices.GetRequiredService<IDeliveries>().Run;
        var command = StartDelivery.Of(agreement.Terms, delivery, run) with
        {
            Columns = body?.Columns?.ToImmutableSortedSet() ?? agreement.Terms.Columns,
        };
        return await call.SubmitAsync(new Submission<DeliveryRow, DeliveryView>(
            call.Request(agreement.Chain, command), delivery.Value, DeliveryView.Of)
        {
            Status = StatusCodes.Status201Created,
            Location = $"/v1/deliveries/{delivery}",
        });
    }

    private static async Task<IResult> List(string id, ListQuery page, Call call) =>
        await Agreements.FindVisibleAsync(call, GrainKey.Parse(id)) is { } agreement
            ? await call.ListAsync<DeliveryRow, DeliveryView>(
                page, new RowQuery(RowTable.Delivery, RowFilter.OfChain, [RowValue.Of(agreement.Chain)]),
                row => ValueTask.FromResult<DeliveryView?>(DeliveryView.Of(row)))
            : Problems.Of(Fault.NotFound);

    private static async Task<IResult> Get(string id, AtQuery at, Call call) =>
        await FindAsync(call, id) is var (row, _)
            ? await call.FindAsync<DeliveryRow, DeliveryView>(
                row.Chain, row.Item, RowTable.Delivery, at, DeliveryView.Of)
            : Problems.Of(Fault.NotFound);

    private static async Task<IResult> GetContent(string id, Call call)
    {
        if (await FindAsync(call, id) is not var (row, agreement))
        {
            return Problems.Of(Fault.NotFound);
        }

        if (agreement.Terms.Licensee != call.Caller.Subject)
        {
            return Problems.Of(Fault.NotPermitted);
        }

        var deliveries = call.Http.RequestServices.GetRequiredService<IDeliveries>();
        return await deliveries.OpenAsync(row.Chain, row.Key, call.Aborted) switch
        {
            DeliveryOpening.Ready ready => new DeliveryContent(row.Key, ready.Stream),
            DeliveryOpening.InProgress => Problems.Of(Fault.DeliveryInProgress),
            DeliveryOpening.Ended => Problems.Of(Fault.DeliveryEnded),
            DeliveryOpening.NoLongerLawful => Problems.Of(Fault.DeliveryNoLongerLawful),
            _ => Problems.Of(Fault.NotFound),
        };
    }

    private static async Task<IResult> GetManifest(string id, Call call)
    {
        if (await FindAsync(call, id) is not var (row, agreement)
            || row.End?.Manifest is not { } root)
        {
            return Problems.Of(Fault.NotFound);
        }

        if (call.Caller.Role != Role.Regulator && agreement.Terms.Licensor != call.Caller.Subject)
        {
            return Problems.Of(Fault.NotPermitted);
        }

        await using var stream = await call.Content.OpenAsync(
            new ContentName(ContentKind.Manifest, root), call.Aborted);
        if (stream is null)
        {
            return Problems.Of(Fault.NotFound);
        }

        var header = new ManifestReader(stream.Read).Header;
        return Results.Json(
            new ManifestSummaryView(
                row.Key, root, header.Agreement.Key, header.Dataset, header.Revision, header.Columns,
                header.Blocks.Length, header.Blocks.Sum(block => (long)block.Rows), header.Withheld),
            ApiJson.Options);
    }

    /// <summary>A delivery with its agreement, where the caller may see them.</summary>
    private static async ValueTask<(DeliveryRow Row, AgreementRow Agreement)?> FindAsync(Call call, string id)
    {
        var rows = await call.Rows.ListAsync(
            new RowQuery(RowTable.Delivery, RowFilter.ByItem, [RowValue.Of(id)]), after: null, limit: 1, call.Aborted);
        return rows is [DeliveryRow row] && await Agreements.FindVisibleAsync(call, row.Chain.Key) is { } agreement
            ? (row, agreement)
            : null;
    }

    /// <summary>Streams the rows; a client that gets no proper end got no complete delivery.</summary>
    private sealed class DeliveryContent(GrainKey delivery, IDeliveryStream stream) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await using var owned = stream;
            var response = httpContext.Response;
            response.ContentType = "text/csv; charset=utf-8; header=present";
            response.Headers.ContentDisposition = $"attachment; filename=\"{delivery}.csv\"";
            response.Headers.CacheControl = "no-store";
            response.Headers.AcceptRanges = "none";
            response.Headers.Vary = "Accept-Encoding";

            // A slow reader is watched by the delivery itself, which waits longer than the server would.
            if (httpContext.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            {
                rate.MinDataRate = null;
            }

            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            var outcome = Negotiation.AcceptsGzip(httpContext.Request)
                ? await CopyCompressedAsync(httpContext)
                : await stream.CopyToAsync(response.BodyWriter, httpContext.RequestAborted);
            var logger = httpContext.RequestServices.GetRequiredService<ILogger<DeliveryContent>>();
            Log.DeliveryEnded(logger, delivery, outcome);
            if (outcome != DeliveryOutcome.Complete)
            {
                httpContext.Abort();
            }
        }

        private async Task<DeliveryOutcome> CopyCompressedAsync(HttpContext http)
        {
            http.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
            var writer = PipeWriter.Create(gzip, new StreamPipeWriterOptions(leaveOpen: true));
            var outcome = await stream.CopyToAsync(writer, http.RequestAborted);
            await writer.CompleteAsync();
            return outcome;
        }
    }
}
