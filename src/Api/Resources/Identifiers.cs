using Exchange.Grains.Accesses;
using Exchange.Grains.Identifiers;
using Exchange.Signing;

namespace Exchange.Api.Resources;

/// <summary>/v1/identifiers: a number is in clear in the request and nowhere else</summary>
internal static class Identifiers
{
    internal static void Map(RouteGroupBuilder v1, ApiOptions options)
    {
        var group = v1.MapGroup("/identifiers").WithTags("Identifiers");
        group.MapPost("/", Link).Allow(Role.Department).Writes<IdentifierView>(StatusCodes.Status201Created)
            .Operation("linkIdentifier", "Links a department's number to a household and perhaps one member");
        group.MapPost("/batch", LinkMany).Allow(Role.Department).WritesMany<IdentifierView>(options)
            .Operation("linkIdentifiers", "Links up to 10,000 numbers, each with an id of its own");
        group.MapGet("/", List).Allow(Role.Department).Lists<IdentifierView>()
            .Operation("listIdentifiers", "Lists a department's identifiers");
        group.MapGet("/{id:key}", Get).Allow(Role.Department, Role.Regulator).Reads<IdentifierView>().ReadsHouseholds()
            .Operation("getIdentifier", "Shows whom an identifier stands for, now or as of a moment");
        group.MapPost("/{id:key}/correct", Correct).Allow(Role.Department).Writes<IdentifierView>()
            .Operation("correctIdentifier", "Links an identifier to another household or member");
    }

    private static async Task<IResult> Link(LinkIdentifierBody body, Call call)
    {
        if (body.Department is { } named && named != call.Caller.Subject.Key)
        {
            return Problems.Of(Fault.NotPermitted);
        }

        var submission = SubmissionOf(
            call, new LinkIdentifierItem(call.CommandId, body.Scheme, body.Value, body.Household, body.Member));
        return await call.SubmitAsync(submission with
        {
            Status = StatusCodes.Status201Created,
            Request = submission.Request with { ExpectedHead = call.ExpectedHead },
        });
    }

    private static Task<IResult> LinkMany(LinkIdentifiersBody body, Call call) => Batch.RunAsync(
        call, body.Items, item => item.Id, async item =>
            item.Department is { } named && named != call.Caller.Subject.Key
                ? (new SubmissionResult<IdentifierView>.NotDone(Problems.Of(Fault.NotPermitted)), 0)
                : (await call.TrySubmitAsync(SubmissionOf(call, item)), StatusCodes.Status201Created));

    private static Submission<IdentifierRow, IdentifierView> SubmissionOf(Call call, LinkIdentifierItem item)
    {
        var department = call.Caller.Subject.Key;
        var key = call.Texts.IdentifierKey(department, item.Scheme, item.Value);
        var command = new LinkIdentifier(department, item.Scheme, item.Household, item.Member);
        return new(
            new CommandRequest(new ChainId(GrainKind.Identifier, key), item.Id, call.Caller.Actor, command), "",
            IdentifierView.Of)
        {
            Location = $"/v1/identifiers/{key}",
        };
    }

    private static async Task<IResult> List(ListQuery page, Call call)
    {
        if (!call.Http.Request.Query.TryGetValue("household", out var text))
        {
            return await call.ListAsync<IdentifierRow, IdentifierView>(
                page,
                new RowQuery(RowTable.Identifier, RowFilter.BySecondColumn, [RowValue.Of(call.Caller.Subject.Key)]),
                row => ValueTask.FromResult<IdentifierView?>(IdentifierView.Of(row)));
        }

        return GrainKey.TryParse(text, out var household)
            ? await call.ListAsync<IdentifierRow, IdentifierView>(
                page,
                new RowQuery(
                    RowTable.Identifier, RowFilter.ByFirstAndSecondColumn,
                    [RowValue.Of(household), RowValue.Of(call.Caller.Subject.Key)]),
                row => ValueTask.FromResult<IdentifierView?>(IdentifierView.Of(row)))
            : Problems.Of(Fault.InputInvalid, new ProblemError("#household", "Expected a household's id."));
    }

    private static async Task<IResult> Get(string id, AtQuery at, Call call)
    {
        var chain = new ChainId(GrainKind.Identifier, GrainKey.Parse(id));
        var operation = at.Point is null ? AccessOperation.Read : AccessOperation.Replay;
        return await DenyAsync(call, chain, operation) ?? await call.FindAsync<IdentifierRow, IdentifierView>(
            chain, "", RowTable.Identifier, at, IdentifierView.Of);
    }

    private static async Task<IResult> Correct(string id, CorrectIdentifierBody body, Call call)
    {
        var chain = new ChainId(GrainKind.Identifier, GrainKey.Parse(id));
        if (await DenyAsync(call, chain) is { } denied)
        {
            return denied;
        }

        var reason = await call.Texts.SealAsync(
            HouseholdAccess.ChainOf(body.Household),
            new SealContext(chain, call.Caller.Subject, call.CommandId, "reason"), body.Reason, call.Aborted);
        return await call.SubmitAsync(new Submission<IdentifierRow, IdentifierView>(
            call.Request(chain, new CorrectIdentifier(body.Household, body.Member, reason)), "", IdentifierView.Of));
    }

    /// <summary>Another department's identifiers do not exist; a regulator's look at one is on record.</summary>
    private static async ValueTask<IResult?> DenyAsync(
        Call call, ChainId chain, AccessOperation operation = AccessOperation.Read)
    {
        var row = await call.Rows.FindAsync(RowTable.Identifier, chain, "", call.Aborted) as IdentifierRow;
        if (call.Caller.Role == Role.Regulator)
        {
            return call.CaseNumber is null ? HouseholdAccess.CaseNumberMissing()
                : row is null ? Problems.Of(Fault.NotFound)
                : await call.RecordIdentifierAccessAsync(chain, operation);
        }

        return row?.Link.Department == call.Caller.Subject.Key ? null : Problems.Of(Fault.NotFound);
    }
}
