using Exchange.Grains.Datasets;

namespace Exchange.Api.Resources;

/// <summary>/v1/datasets/{id}/revisions and /v1/revisions</summary>
internal static class Revisions
{
    internal static void Map(RouteGroupBuilder v1, ApiOptions options)
    {
        var group = v1.MapGroup("").WithTags("Revisions");
        group.MapPost("/datasets/{id:key}/revisions", Declare).Allow(Role.Department)
            .Writes<RevisionView>(StatusCodes.Status201Created)
            .Operation("declareRevision", "Declares a revision's columns before its content is put");
        group.MapGet("/datasets/{id:key}/revisions", List).AllowEveryRole().Lists<RevisionView>()
            .Operation("listRevisions", "Lists a dataset's revisions");
        group.MapGet("/revisions/{id:key}", Get).AllowEveryRole().Reads<RevisionView>()
            .Operation("getRevision", "Shows a revision, now or as of a moment");
        group.MapPut("/revisions/{id:key}/content", PutContent).Allow(Role.Department).Writes<RevisionView>()
            .Accepts<Stream>("text/csv").WithMetadata(new BodyLimit(options.ContentSizeBytesMax))
            .Operation("putRevisionContent", "Puts a revision's content as CSV, whole, and publishes it");
        group.MapPost("/revisions/{id:key}/revoke", Revoke).Allow(Role.Department).Writes<RevisionView>()
            .Operation("revokeRevision", "Takes a revision out of every later delivery");
    }

    private static async Task<IResult> Declare(string id, DeclareRevisionBody body, Call call)
    {
        var chain = Datasets.ChainOf(GrainKey.Parse(id));
        if (await Datasets.DenyAsync(call, chain) is { } denied)
        {
            return denied;
        }

        var revision = Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, call.CommandId);
        var document = await Documents.KeepAsync(call, new ColumnList(
            [.. body.Columns.Select(c => new DescribedColumn(c.Name, c.Type, c.Required, c.Meaning))]));
        var command = new DeclareRevision(
            revision, [.. body.Columns.Select(c => new Column(c.Name, c.Type, c.Required))], document);
        return await call.SubmitAsync(new Submission<RevisionRow, RevisionView>(
            call.Request(chain, command), revision.Value, RevisionView.Of)
        {
            Status = StatusCodes.Status201Created,
            Location = $"/v1/revisions/{revision}",
        });
    }

    private static Task<IResult> List(string id, ListQuery page, Call call) =>
        call.ListAsync<RevisionRow, RevisionView>(
            page,
            new RowQuery(
                RowTable.Revision, RowFilter.OfChain, [RowValue.Of(Datasets.ChainOf(GrainKey.Parse(id)))]),
            row => ValueTask.FromResult<RevisionView?>(RevisionView.Of(row)));

    private static async Task<IResult> Get(string id, AtQuery at, Call call) =>
        await FindAsync(call, id) is { } row
            ? await call.FindAsync<RevisionRow, RevisionView>(
                row.Chain, row.Item, RowTable.Revision, at, RevisionView.Of)
            : Problems.Of(Fault.NotFound);

    private static async Task<IResult> PutContent(string id, Call call)
    {
        if (await FindAsync(call, id) is not { } row)
        {
            return Problems.Of(Fault.NotFound);
        }

        if (await Datasets.DenyAsync(call, row.Chain) is { } denied)
        {
            return denied;
        }

        var uploads = call.Http.RequestServices.GetRequiredService<IContentUploads>();
        var request = new UploadRequest(row.Chain, row.Key, call.Caller.Actor, call.CommandId);
        switch (await uploads.UploadAsync(request, call.Http.Request.Body, call.Aborted))
        {
            case UploadOutcome.Rejected rejected:
                return Problems.Of(Fault.ContentInvalid, [.. rejected.Faults.Select(fault => new ProblemError(
                    "", fault.Detail, fault.Code, fault.Line, fault.Column))]);
            case UploadOutcome.Submitted { Outcome: SubmitOutcome.Accepted accepted }:
                var published = accepted.Changes.OfType<RowChange.Upsert>().Select(change => change.Row)
                    .OfType<RevisionRow>().Last(change => change.Key == row.Key);
                return call.Answer(
                    new SubmissionResult<RevisionView>.Done(RevisionView.Of(published), accepted),
                    StatusCodes.Status200OK, location: null);
            case UploadOutcome.Submitted submitted:
                return Problems.Of(submitted.Outcome);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<IResult> Revoke(string id, ReasonBody body, Call call)
    {
        if (await FindAsync(call, id) is not { } row)
        {
            return Problems.Of(Fault.NotFound);
        }

        return await Datasets.DenyAsync(call, row.Chain)
            ?? await call.SubmitAsync(new Submission<RevisionRow, RevisionView>(
                call.Request(row.Chain, new RevokeRevision(row.Key, body.Reason)), row.Item, RevisionView.Of));
    }

    private static async ValueTask<RevisionRow?> FindAsync(Call call, string id)
    {
        var rows = await call.Rows.ListAsync(
            new RowQuery(RowTable.Revision, RowFilter.ByItem, [RowValue.Of(id)]), after: null, limit: 1, call.Aborted);
        return rows is [RevisionRow row] ? row : null;
    }
}
