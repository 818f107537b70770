using Exchange.Grains.Datasets;

namespace Exchange.Api.Resources;

/// <summary>/v1/datasets: the catalogue</summary>
internal static class Datasets
{
    internal static void Map(RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/datasets").WithTags("Datasets");
        group.MapPost("/", Publish).Allow(Role.Department).Writes<DatasetView>(StatusCodes.Status201Created)
            .Operation("publishDataset", "Publishes a dataset in the catalogue");
        group.MapGet("/", List).AllowAnyone().Lists<DatasetView>()
            .Operation("listDatasets", "Lists the catalogue; without a token its open entries only");
        group.MapGet("/{id:key}", Get).AllowAnyone().Reads<DatasetView>()
            .Operation("getDataset", "Shows a dataset, now or as of a moment");
        group.MapPatch("/{id:key}", Correct).Allow(Role.Department).Writes<DatasetView>()
            .Operation("correctDataset", "Corrects a dataset's description");
        group.MapPost("/{id:key}/reclassify", Reclassify).Allow(Role.Operator, Role.Department).Writes<DatasetView>()
            .Operation("reclassifyDataset", "Classifies a dataset anew; a raised class stops deliveries at once");
    }

    internal static ChainId ChainOf(GrainKey dataset) => new(GrainKind.Dataset, dataset);

    /// <summary>The dataset where it is the calling department's own, else the reason to refuse.</summary>
    internal static async ValueTask<IResult?> DenyAsync(Call call, ChainId chain) =>
        await call.Rows.FindAsync(RowTable.Dataset, chain, "", call.Aborted) switch
        {
            DatasetRow row when call.Caller.Role == Role.Operator || row.Department == call.Caller.Subject.Key => null,
            DatasetRow => Problems.Of(Fault.NotPermitted),
            _ => Problems.Of(Fault.NotFound),
        };

    /// <summary>Whether anybody may see a dataset: open without condition, and not core.</summary>
    internal static bool IsOpen(Classification classes) =>
        classes is { Opening: Openness.Unconditional, Level: not DataLevel.Core };

    private static Task<IResult> Publish(PublishDatasetBody body, Call call)
    {
        var id = body.Id ?? Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, call.CommandId);
        var command = new PublishDataset(
            call.Caller.Subject.Key, body.Description, body.Classification, body.Subject);
        return call.SubmitAsync(new Submission<DatasetRow, DatasetView>(
            call.Request(ChainOf(id), command), "", DatasetView.Of)
        {
            Status = StatusCodes.Status201Created,
            Location = $"/v1/datasets/{id}",
        });
    }

    private static Task<IResult> List(ListQuery page, Call call)
    {
        var query = call.IsAnonymous
            ? new RowQuery(
                RowTable.Dataset, RowFilter.BySecondColumn, [RowValue.Of((long)Openness.Unconditional)])
            : new RowQuery(RowTable.Dataset, RowFilter.All, []);
        return call.ListAsync<DatasetRow, DatasetView>(page, query, row => ValueTask.FromResult(
            call.IsAnonymous && !IsOpen(row.Classification) ? null : DatasetView.Of(row)));
    }

    private static async Task<IResult> Get(string id, AtQuery at, Call call)
    {
        var chain = ChainOf(GrainKey.Parse(id));

        // What is closed now is closed as it was: a moment before does not open it.
        return call.IsAnonymous
            && await call.Rows.FindAsync(RowTable.Dataset, chain, "", call.Aborted) is not DatasetRow
            {
                Classification: { Opening: Openness.Unconditional, Level: not DataLevel.Core },
            }
            ? Problems.Of(Fault.NotFound)
            : await call.FindAsync<DatasetRow, DatasetView>(chain, "", RowTable.Dataset, at, DatasetView.Of);
    }

    private static Task<IResult> Correct(string id, CorrectDatasetBody body, Call call) =>
        SubmitAsync(call, ChainOf(GrainKey.Parse(id)), new CorrectDataset(body.Description));

    private static Task<IResult> Reclassify(string id, ReclassifyDatasetBody body, Call call) =>
        SubmitAsync(call, ChainOf(GrainKey.Parse(id)), new ReclassifyDataset(body.Classification));

    private static async Task<IResult> SubmitAsync(Call call, ChainId chain, DatasetCommand command) =>
        await DenyAsync(call, chain) ?? await call.SubmitAsync(new Submission<DatasetRow, DatasetView>(
            call.Request(chain, command), "", DatasetView.Of));
}
