using Exchange.Grains.Accesses;
using Exchange.Grains.Households;
using Exchange.Signing;

namespace Exchange.Api.Resources;

/// <summary>/v1/households with their members</summary>
internal static class Households
{
    // Each may be a document of many households that has to be read.
    private const int AccessesPassedMax = 200;

    internal static void Map(RouteGroupBuilder v1, ApiOptions options)
    {
        var group = v1.MapGroup("/households").WithTags("Households");
        group.MapPost("/", Register).Allow(Role.Department, Role.Officer)
            .Writes<HouseholdView>(StatusCodes.Status201Created)
            .Operation("registerHousehold", "Registers a household with its members");
        group.MapPost("/batch", RegisterMany).Allow(Role.Department, Role.Officer).WritesMany<HouseholdView>(options)
            .Operation("registerHouseholds", "Registers up to 10,000 households, each with an id of its own");
        group.MapGet("/", List).Allow(Role.Department, Role.Officer, Role.Regulator).Lists<HouseholdView>()
            .ReadsHouseholds()
            .Operation("listHouseholds", "Lists households: a department's own, an officer's division, or all");
        group.MapGet("/{id:key}", Get).Allow(Role.Department, Role.Officer, Role.Household, Role.Regulator)
            .Reads<HouseholdView>().ReadsHouseholds()
            .Operation("getHousehold", "Shows a household, now or as of a moment");
        group.MapPatch("/{id:key}", Correct).Allow(Role.Department, Role.Officer).Writes<HouseholdView>()
            .Operation("correctHousehold", "Corrects a household's county");
        group.MapPost("/{id:key}/members", AddMember).Allow(Role.Department, Role.Officer)
            .Writes<HouseholdView>(StatusCodes.Status201Created)
            .Operation("addMember", "Adds a member who joined");
        group.MapPatch("/{id:key}/members/{member:key}", CorrectMember).Allow(Role.Department, Role.Officer)
            .Writes<HouseholdView>()
            .Operation("correctMember", "Corrects a member; all fields as they should stand");
        group.MapPost("/{id:key}/members/{member:key}/remove", RemoveMember).Allow(Role.Department, Role.Officer)
            .Writes<HouseholdView>()
            .Operation("removeMember", "Notes that a member left");
        group.MapGet("/{id:key}/accesses", ListAccesses).Allow(Role.Household).Lists<AccessView>()
            .Operation("listAccesses", "Lists regulators' accesses to the household's history");
    }

    private static async Task<IResult> Register(RegisterHouseholdBody body, Call call)
    {
        var submission = await SubmissionOf(call, call.CommandId, body.County, body.Members);
        return submission is null ? GuardianUnknown("/members") : await call.SubmitAsync(submission with
        {
            Status = StatusCodes.Status201Created,
            Request = submission.Request with { ExpectedHead = call.ExpectedHead },
        });
    }

    private static Task<IResult> RegisterMany(RegisterHouseholdsBody body, Call call) => Batch.RunAsync(
        call, body.Items, item => item.Id, async item =>
        {
            var submission = await SubmissionOf(call, item.Id, item.County, item.Members);
            var result = submission is null
                ? new SubmissionResult<HouseholdView>.NotDone(GuardianUnknown("/members"))
                : await call.TrySubmitAsync(submission);
            return (result, StatusCodes.Status201Created);
        });

    /// <summary>The command that registers; nothing where a guardian's place is no member's.</summary>
    private static async ValueTask<Submission<HouseholdRow, HouseholdView>?> SubmissionOf(
        Call call, CommandId id, DivisionCode county, ImmutableArray<FirstMemberBody> members)
    {
        var actor = call.Caller.Subject;
        var household = call.Texts.KeyForCreated(actor, id, ordinal: 0);
        var keys = members.Select((_, i) => call.Texts.KeyForCreated(actor, id, ordinal: i + 1)).ToArray();
        if (members.Any(m => m.Guardians is { } places && places.Any(place => place < 0 || place >= keys.Length)))
        {
            return null;
        }

        var newMembers = ImmutableArray.CreateBuilder<NewMember>(members.Length);
        for (var i = 0; i < members.Length; i++)
        {
            var details = await SealAsync(call, household, id, DetailsPath(keys[i]), members[i].Details);
            newMembers.Add(new NewMember(
                keys[i], members[i].Adult, members[i].BirthYear, details,
                [.. (members[i].Guardians ?? []).Select(place => keys[place])]));
        }

        var command = new RegisterHousehold(call.Caller.Department!.Value, county, newMembers.MoveToImmutable());
        var request = new CommandRequest(HouseholdAccess.ChainOf(household), id, call.Caller.Actor, command);
        return new Submission<HouseholdRow, HouseholdView>(request, "", ViewAsync)
        {
            Location = $"/v1/households/{household}",
        };
    }

    private static async Task<IResult> List(ListQuery page, Call call)
    {
        if (call.Caller.Role == Role.Regulator)
        {
            return await ListForRegulatorAsync(page, call);
        }

        var query = call.Caller.Role == Role.Officer
            ? new RowQuery(
                RowTable.Household, RowFilter.BySecondColumnPrefix,
                [RowValue.Of((await call.DivisionAsync())?.Value)])
            : new RowQuery(RowTable.Household, RowFilter.ByFirstColumn, [RowValue.Of(call.Caller.Subject.Key)]);
        return await call.ListAsync<HouseholdRow, HouseholdView>(
            page, query, async row => await ViewAsync(call, row, call.Now));
    }

    /// <summary>The households of the page are on record before the page goes out.</summary>
    private static async Task<IResult> ListForRegulatorAsync(ListQuery page, Call call)
    {
        if (call.CaseNumber is null)
        {
            return HouseholdAccess.CaseNumberMissing();
        }

        var rows = await call.Rows.ListAsync(
            new RowQuery(RowTable.Household, RowFilter.All, []), page.After, page.Limit + 1, call.Aborted);
        var shown = rows.Take(page.Limit).Cast<HouseholdRow>().ToList();
        if (shown.Count > 0
            && await call.RecordAccessAsync(
                AccessOperation.Read, [.. shown.Select(row => row.Chain.Key)]) is { } denied)
        {
            return denied;
        }

        List<HouseholdView> views = [];
        foreach (var row in shown)
        {
            views.Add(await ViewAsync(call, row, call.Now));
        }

        return call.ShowPage(
            views, rows.Length > page.Limit ? ListQuery.Write(new RowCursor(shown[^1].Chain, shown[^1].Item)) : null);
    }

    private static async Task<IResult> Get(string id, AtQuery at, Call call)
    {
        var household = GrainKey.Parse(id);
        var operation = at.Point is null ? AccessOperation.Read : AccessOperation.Replay;
        return await call.DenyAsync(household, operation) ?? await call.FindAsync<HouseholdRow, HouseholdView>(
            HouseholdAccess.ChainOf(household), "", RowTable.Household, at, ViewAsync);
    }

    private static async Task<IResult> Correct(string id, CorrectHouseholdBody body, Call call)
    {
        var household = GrainKey.Parse(id);
        return await call.DenyAsync(household) ?? await SubmitAsync(call, household, new CorrectHousehold(
            body.County, await SealAsync(call, household, call.CommandId, "note", body.Note)));
    }

    private static async Task<IResult> AddMember(string id, MemberBody body, Call call)
    {
        var household = GrainKey.Parse(id);
        var member = call.Texts.KeyForCreated(call.Caller.Subject, call.CommandId, ordinal: 1);
        return await call.DenyAsync(household) ?? await SubmitAsync(
            call, household, new AddMember(await MemberOf(call, household, member, body)),
            StatusCodes.Status201Created);
    }

    private static async Task<IResult> CorrectMember(string id, string member, MemberBody body, Call call)
    {
        var household = GrainKey.Parse(id);
        return await call.DenyAsync(household) ?? await SubmitAsync(
            call, household, new CorrectMember(await MemberOf(call, household, GrainKey.Parse(member), body)));
    }

    private static async Task<IResult> RemoveMember(string id, string member, RemoveMemberBody? body, Call call)
    {
        var household = GrainKey.Parse(id);
        var path = $"members/{member}/note";
        return await call.DenyAsync(household) ?? await SubmitAsync(call, household, new RemoveMember(
            GrainKey.Parse(member), await SealAsync(call, household, call.CommandId, path, body?.Note)));
    }

    private static async Task<IResult> ListAccesses(string id, ListQuery page, Call call)
    {
        var household = GrainKey.Parse(id);
        if (await call.DenyAsync(household) is { } denied)
        {
            return denied;
        }

        // An access to many households names them in a document, which is the only place that tells.
        return await call.ListAsync<AccessRow, AccessView>(
            page, new RowQuery(RowTable.Access, RowFilter.All, []),
            async row => await ConcernsAsync(call, row, household) ? AccessView.Of(row) : null, AccessesPassedMax);
    }

    private static async ValueTask<bool> ConcernsAsync(Call call, AccessRow row, GrainKey household) =>
        row.Access.Household is { } only
            ? only == household
            : await Documents.FindAsync<AccessedHouseholds>(call, row.Access.Households) is { } document
                && document.Households.Contains(household);

    private static Task<IResult> SubmitAsync(
        Call call, GrainKey household, HouseholdCommand command, int status = StatusCodes.Status200OK) =>
        call.SubmitAsync(new Submission<HouseholdRow, HouseholdView>(
            call.Request(HouseholdAccess.ChainOf(household), command), "", ViewAsync)
        {
            Status = status,
            Location = status == StatusCodes.Status201Created ? $"/v1/households/{household}" : null,
        });

    private static async ValueTask<NewMember> MemberOf(
        Call call, GrainKey household, GrainKey member, MemberBody body) => new(
        member, body.Adult, body.BirthYear,
        await SealAsync(call, household, call.CommandId, DetailsPath(member), body.Details),
        body.Guardians ?? []);

    private static ValueTask<SealedText?> SealAsync(
        Call call, GrainKey household, CommandId id, string path, string? text)
    {
        var chain = HouseholdAccess.ChainOf(household);
        return call.Texts.SealAsync(chain, new SealContext(chain, call.Caller.Subject, id, path), text, call.Aborted);
    }

    /// <summary>The household with its members' details opened: whoever sees the household may read them.</summary>
    private static async ValueTask<HouseholdView> ViewAsync(Call call, HouseholdRow row, UnixMilliseconds asOf)
    {
        List<MemberViewModel> members = [];
        foreach (var member in row.Members)
        {
            members.Add(new(
                member.Id, member.Adult, member.BirthYear, member.Guardians,
                await OpenAsync(call, row.Chain, member), member.Left));
        }

        return new(row.Chain.Key, row.Details.Department, row.Details.County, members);
    }

    private static async ValueTask<string?> OpenAsync(Call call, ChainId household, MemberView member)
    {
        if (member.Details is not { } details
            || await call.FindEntryAsync(household, details.Entry) is not { } found)
        {
            return null;
        }

        var context = new SealContext(
            household, found.Entry.Actor.Id, found.Entry.CommandId, DetailsPath(member.Id));
        return await call.Texts.OpenAsync(household, context, details.Text, call.Aborted);
    }

    private static string DetailsPath(GrainKey member) => $"members/{member}/details";

    private static ProblemAnswer GuardianUnknown(string pointer) => Problems.Of(
        Fault.InputInvalid, new ProblemError(pointer, "Expected guardians as places in the list of members, from 0."));
}
