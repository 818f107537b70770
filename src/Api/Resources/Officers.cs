using Exchange.Grains.Exchanges;
using Exchange.Signing;

namespace Exchange.Api.Resources;

/// <summary>/v1/officers, and how departments appoint them</summary>
internal static class Officers
{
    internal static void Map(RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("").WithTags("Officers");
        group.MapPost("/departments/{id:key}/officers", Appoint).Allow(Role.Department)
            .Writes<OfficerView>(StatusCodes.Status201Created)
            .Operation("appointOfficer", "Appoints an officer of a department for a division");
        group.MapGet("/departments/{id:key}/officers", ListOfDepartment)
            .Allow(Role.Operator, Role.Department, Role.Regulator).Lists<OfficerView>()
            .Operation("listOfficersOfDepartment", "Lists a department's officers");
        group.MapGet("/officers", List).Allow(Role.Operator, Role.Department, Role.Regulator).Lists<OfficerView>()
            .Operation("listOfficers", "Lists officers: all, or a department's own");
        group.MapGet("/officers/{id:key}", Get)
            .Allow(Role.Operator, Role.Department, Role.Officer, Role.Regulator).Reads<OfficerView>()
            .Operation("getOfficer", "Shows an officer, now or as of a moment");
        group.MapPost("/officers/{id:key}/revoke", Revoke).Allow(Role.Department).Writes<OfficerView>()
            .Operation("revokeOfficer", "Ends an officer's mandate at once");
    }

    private static async Task<IResult> Appoint(string id, AppointOfficerBody body, Call call)
    {
        if (call.Caller.Subject != Departments.ChainOf(GrainKey.Parse(id)))
        {
            return Problems.Of(Fault.NotPermitted);
        }

        var officer = body.Id ?? Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, call.CommandId);
        var name = await SealAsync(call, officer, "name", body.Name);
        var command = new AppointOfficer(
            officer, call.Caller.Subject.Key, body.Division, body.Mandate, body.Term, name);
        return await call.SubmitAsync(new Submission<OfficerRow, OfficerView>(
            call.Request(GrainCatalog.Self, command), officer.Value, ViewAsync)
        {
            Status = StatusCodes.Status201Created,
            Location = $"/v1/officers/{officer}",
        });
    }

    private static async Task<IResult> ListOfDepartment(string id, ListQuery page, Call call)
    {
        var department = GrainKey.Parse(id);
        return call.Caller.Role == Role.Department && call.Caller.Subject.Key != department
            ? Problems.Of(Fault.NotPermitted)
            : await ListAsync(call, page, department);
    }

    private static Task<IResult> List(ListQuery page, Call call) => ListAsync(call, page, call.Caller.Department);

    private static Task<IResult> ListAsync(Call call, ListQuery page, GrainKey? department) =>
        call.ListAsync<OfficerRow, OfficerView>(
            page,
            department is { } own
                ? new RowQuery(RowTable.Officer, RowFilter.ByFirstColumn, [RowValue.Of(own)])
                : new RowQuery(RowTable.Officer, RowFilter.All, []),
            async row => await ViewAsync(call, row, call.Now));

    private static async Task<IResult> Get(string id, AtQuery at, Call call)
    {
        var officer = GrainKey.Parse(id);
        return await DenyAsync(call, officer) ?? await call.FindAsync<OfficerRow, OfficerView>(
            GrainCatalog.Self, officer.Value, RowTable.Officer, at, ViewAsync);
    }

    private static async Task<IResult> Revoke(string id, RevokeOfficerBody? body, Call call)
    {
        var officer = GrainKey.Parse(id);
        if (await DenyAsync(call, officer) is { } denied)
        {
            return denied;
        }

        var reason = await SealAsync(call, officer, "reason", body?.Reason);
        return await call.SubmitAsync(new Submission<OfficerRow, OfficerView>(
            call.Request(GrainCatalog.Self, new RevokeOfficer(officer, reason)), officer.Value, ViewAsync));
    }

    /// <summary>Another department's officers, and other officers, do not exist for the caller.</summary>
    private static async ValueTask<IResult?> DenyAsync(Call call, GrainKey officer)
    {
        var row = await call.Rows.FindAsync(RowTable.Officer, GrainCatalog.Self, officer.Value, call.Aborted);
        var visible = row is OfficerRow found && call.Caller.Role switch
        {
            Role.Department => found.Officer.Department == call.Caller.Subject.Key,
            Role.Officer => call.Caller.Subject.Key == officer,
            _ => true,
        };
        return visible ? null : Problems.Of(Fault.NotFound);
    }

    /// <summary>The name is opened for the department that appointed the officer, and for the officer.</summary>
    private static async ValueTask<OfficerView> ViewAsync(Call call, OfficerRow row, UnixMilliseconds asOf)
    {
        var officer = row.Officer;
        string? name = null;
        if (call.Caller.Department == officer.Department && officer.Name is { } sealedName
            && await call.FindEntryAsync(row.Chain, sealedName.Entry) is { } found)
        {
            var context = new SealContext(
                row.Chain, found.Entry.Actor.Id, found.Entry.CommandId, $"officers/{row.Key}/name");
            name = await call.Texts.OpenAsync(
                new ChainId(GrainKind.Officer, row.Key), context, sealedName.Text, call.Aborted);
        }

        return new(
            row.Key, officer.Department, officer.Division, officer.Mandate, officer.Term, officer.RevokedAt, name);
    }

    private static ValueTask<SealedText?> SealAsync(Call call, GrainKey officer, string field, string? text) =>
        call.Texts.SealAsync(
            new ChainId(GrainKind.Officer, officer),
            new SealContext(GrainCatalog.Self, call.Caller.Subject, call.CommandId, $"officers/{officer}/{field}"),
            text, call.Aborted);
}
