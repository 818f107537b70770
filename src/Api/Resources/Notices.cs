using Exchange.Grains.Notices;

namespace Exchange.Api.Resources;

/// <summary>/v1/notices</summary>
internal static class Notices
{
    internal static void Map(RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/notices").WithTags("Notices");
        group.MapPost("/", Publish).Allow(Role.Department).Writes<NoticeView>(StatusCodes.Status201Created)
            .Operation("publishNotice", "Publishes one version of a notice in one language");
        group.MapGet("/", List).AllowEveryRole().Lists<NoticeView>()
            .Operation("listNotices", "Lists notices");
        group.MapGet("/{id:key}", Get).AllowEveryRole().Reads<NoticeView>()
            .Operation("getNotice", "Shows a notice's versions, now or as of a moment");
        group.MapGet("/{id:key}/versions/{version:int}/{language}", GetText).AllowEveryRole().Produces<NoticeTextView>()
            .Operation("getNoticeText", "Shows what one version of a notice says in one language");
    }

    private static async Task<IResult> Publish(PublishNoticeBody body, Call call)
    {
        if (body.Version < 1 || body.Language.Contains('/', StringComparison.Ordinal) || body.Language.Length == 0)
        {
            return Problems.Of(
                Fault.InputInvalid, new ProblemError("/version", "Expected a version from 1 and a language's tag."));
        }

        var id = body.Id ?? Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, call.CommandId);
        var document = await Documents.KeepAsync(
            call, new NoticeDocument(body.Title, body.Controller, body.Contact, body.Body));
        var command = new PublishNotice(call.Caller.Subject.Key, body.Version, body.Language, document);
        return await call.SubmitAsync(new Submission<NoticeRow, NoticeView>(
            call.Request(ChainOf(id), command), "", NoticeView.Of)
        {
            Status = StatusCodes.Status201Created,
            Location = $"/v1/notices/{id}",
        });
    }

    private static Task<IResult> List(ListQuery page, Call call) => call.ListAsync<NoticeRow, NoticeView>(
        page, new RowQuery(RowTable.Notice, RowFilter.All, []),
        row => ValueTask.FromResult<NoticeView?>(NoticeView.Of(row)));

    private static Task<IResult> Get(string id, AtQuery at, Call call) => call.FindAsync<NoticeRow, NoticeView>(
        ChainOf(GrainKey.Parse(id)), "", RowTable.Notice, at, NoticeView.Of);

    private static async Task<IResult> GetText(string id, int version, string language, Call call)
    {
        var chain = ChainOf(GrainKey.Parse(id));
        if (await call.Rows.FindAsync(RowTable.Notice, chain, "", call.Aborted) is not NoticeRow row
            || !row.Documents.TryGetValue(NoticeState.KeyOf(version, language), out var digest)
            || await Documents.FindAsync<NoticeDocument>(call, digest) is not { } text)
        {
            return Problems.Of(Fault.NotFound);
        }

        return Results.Json(
            new NoticeTextView(
                chain.Key, version, language, digest, text.Title, text.Controller, text.Contact, text.Body),
            ApiJson.Options);
    }

    private static ChainId ChainOf(GrainKey notice) => new(GrainKind.Notice, notice);
}
