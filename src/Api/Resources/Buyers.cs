using Exchange.Grains.Buyers;

namespace Exchange.Api.Resources;

/// <summary>/v1/buyers</summary>
internal static class Buyers
{
    internal static void Map(RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/buyers").WithTags("Buyers");
        group.MapPost("/", Register).Allow(Role.Operator, Role.Buyer).Writes<BuyerView>(StatusCodes.Status201Created)
            .Operation("registerBuyer", "Registers a buyer, by itself or by the operator");
        group.MapGet("/", List).Allow(Role.Operator, Role.Department, Role.Officer, Role.Household, Role.Regulator)
            .Lists<BuyerView>()
            .Operation("listBuyers", "Lists buyers");
        group.MapGet("/{id:key}", Get).AllowEveryRole().Reads<BuyerView>()
            .Operation("getBuyer", "Shows a buyer, now or as of a moment; a buyer only itself");
        group.MapPatch("/{id:key}", Correct).Allow(Role.Operator, Role.Buyer).Writes<BuyerView>()
            .Operation("correctBuyer", "Corrects what is known about a buyer");
        group.MapPost("/{id:key}/approve", Approve).Allow(Role.Operator).Writes<BuyerView>()
            .Operation("approveBuyer", "Admits a buyer to the exchange");
        group.MapPost("/{id:key}/suspend", Suspend).Allow(Role.Operator).Writes<BuyerView>()
            .Operation("suspendBuyer", "Stops a buyer's deliveries and tokens at once");
        group.MapPost("/{id:key}/reinstate", Reinstate).Allow(Role.Operator).Writes<BuyerView>()
            .Operation("reinstateBuyer", "Lets a suspended buyer go on");
    }

    private static async Task<IResult> Register(RegisterBuyerBody body, Call call)
    {
        var own = call.Caller.Role == Role.Buyer ? call.Caller.Subject.Key : (GrainKey?)null;
        if (own is not null && body.Id is not null && body.Id != own)
        {
            return Problems.Of(Fault.NotPermitted);
        }

        var id = own ?? body.Id ?? Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, call.CommandId);
        var details = new BuyerDetails(
            body.LegalName, body.Code, body.Country, body.Contact, [.. body.Purposes]);
        return await call.SubmitAsync(new Submission<BuyerRow, BuyerView>(
            call.Request(ChainOf(id), new RegisterBuyer(details)), "", BuyerView.Of)
        {
            Status = StatusCodes.Status201Created,
            Location = $"/v1/buyers/{id}",
        });
    }

    private static Task<IResult> List(ListQuery page, Call call) => call.ListAsync<BuyerRow, BuyerView>(
        page, new RowQuery(RowTable.Buyer, RowFilter.All, []),
        row => ValueTask.FromResult<BuyerView?>(BuyerView.Of(row)));

    private static async Task<IResult> Get(string id, AtQuery at, Call call) =>
        IsAnother(call, id)
            ? Problems.Of(Fault.NotPermitted)
            : await call.FindAsync<BuyerRow, BuyerView>(
                ChainOf(GrainKey.Parse(id)), "", RowTable.Buyer, at, BuyerView.Of);

    private static async Task<IResult> Correct(string id, CorrectBuyerBody body, Call call)
    {
        var chain = ChainOf(GrainKey.Parse(id));
        if (IsAnother(call, id))
        {
            return Problems.Of(Fault.NotPermitted);
        }

        var details = new BuyerDetails(
            body.LegalName, body.Code, body.Country, body.Contact, [.. body.Purposes]);
        return await SubmitAsync(call, chain, new CorrectBuyer(details));
    }

    private static Task<IResult> Approve(string id, Call call) =>
        SubmitAsync(call, ChainOf(GrainKey.Parse(id)), new ApproveBuyer());

    private static Task<IResult> Suspend(string id, ReasonBody body, Call call) =>
        SubmitAsync(call, ChainOf(GrainKey.Parse(id)), new SuspendBuyer(body.Reason));

    private static Task<IResult> Reinstate(string id, Call call) =>
        SubmitAsync(call, ChainOf(GrainKey.Parse(id)), new ReinstateBuyer());

    private static Task<IResult> SubmitAsync(Call call, ChainId chain, BuyerCommand command) =>
        call.SubmitAsync(new Submission<BuyerRow, BuyerView>(call.Request(chain, command), "", BuyerView.Of));

    private static bool IsAnother(Call call, string id) =>
        call.Caller.Role == Role.Buyer && call.Caller.Subject.Key.Value != id;

    private static ChainId ChainOf(GrainKey buyer) => new(GrainKind.Buyer, buyer);
}
