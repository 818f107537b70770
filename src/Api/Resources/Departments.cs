using Exchange.Grains.Departments;

namespace Exchange.Api.Resources;

/// <summary>/v1/departments</summary>
internal static class Departments
{
    internal static void Map(RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/departments").WithTags("Departments");
        group.MapPost("/", Register).Allow(Role.Operator).Writes<DepartmentView>(StatusCodes.Status201Created)
            .Operation("registerDepartment", "Registers a department");
        group.MapGet("/", List).AllowEveryRole().Lists<DepartmentView>()
            .Operation("listDepartments", "Lists departments");
        group.MapGet("/{id:key}", Get).AllowEveryRole().Reads<DepartmentView>()
            .Operation("getDepartment", "Shows a department, now or as of a moment");
        group.MapPatch("/{id:key}", Correct).Allow(Role.Operator, Role.Department).Writes<DepartmentView>()
            .Operation("correctDepartment", "Corrects a department's name or contact");
    }

    internal static ChainId ChainOf(GrainKey department) => new(GrainKind.Department, department);

    private static Task<IResult> Register(RegisterDepartmentBody body, Call call)
    {
        var id = body.Id ?? Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, call.CommandId);
        var command = new RegisterDepartment(
            body.LegalName, body.CreditCode, body.Contact, body.Division, body.Authority);
        return call.SubmitAsync(new Submission<DepartmentRow, DepartmentView>(
            call.Request(ChainOf(id), command), "", DepartmentView.Of)
        {
            Status = StatusCodes.Status201Created,
            Location = $"/v1/departments/{id}",
        });
    }

    private static Task<IResult> List(ListQuery page, Call call) => call.ListAsync<DepartmentRow, DepartmentView>(
        page, new RowQuery(RowTable.Department, RowFilter.All, []),
        row => ValueTask.FromResult<DepartmentView?>(DepartmentView.Of(row)));

    private static Task<IResult> Get(string id, AtQuery at, Call call) =>
        call.FindAsync<DepartmentRow, DepartmentView>(
            ChainOf(GrainKey.Parse(id)), "", RowTable.Department, at, DepartmentView.Of);

    private static async Task<IResult> Correct(string id, CorrectDepartmentBody body, Call call)
    {
        var chain = ChainOf(GrainKey.Parse(id));
        if (call.Caller.Role == Role.Department && call.Caller.Subject != chain)
        {
            return Problems.Of(Fault.NotPermitted);
        }

        return await call.SubmitAsync(new Submission<DepartmentRow, DepartmentView>(
            call.Request(chain, new CorrectDepartment(body.LegalName, body.Contact)), "", DepartmentView.Of));
    }
}
