using Exchange.Grains.Agreements;

namespace Exchange.Api.Resources;

/// <summary>/v1/agreements</summary>
internal static class Agreements
{
    internal static void Map(RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/agreements").WithTags("Agreements");
        group.MapPost("/", RequestOne).Allow(Role.Department, Role.Buyer)
            .Writes<AgreementView>(StatusCodes.Status201Created)
            .Operation("requestAgreement", "Takes up an offer, which is standing acceptance");
        group.MapGet("/", List).Allow(Role.Operator, Role.Department, Role.Buyer, Role.Regulator).Lists<AgreementView>()
            .Operation("listAgreements", "Lists agreements: a party's own, or all");
        group.MapGet("/{id:key}", Get).Allow(Role.Operator, Role.Department, Role.Buyer, Role.Regulator)
            .Reads<AgreementView>()
            .Operation("getAgreement", "Shows an agreement, now or as of a moment");
        group.MapPost("/{id:key}/terminate", Terminate).Allow(Role.Operator, Role.Department, Role.Buyer)
            .Writes<AgreementView>()
            .Operation("terminateAgreement", "Ends an agreement; a running delivery stops");
        group.MapPost("/{id:key}/retry", Retry).Allow(Role.Operator).Writes<AgreementView>()
            .Operation("retryAgreement", "Lets a parked registration of an agreement be tried again");
    }

    internal static ChainId ChainOf(GrainKey agreement) => new(GrainKind.Agreement, agreement);

    /// <summary>The agreement where the caller may see it; to everybody else it does not exist.</summary>
    internal static async ValueTask<AgreementRow?> FindVisibleAsync(Call call, GrainKey agreement)
    {
        var row = await call.Rows.FindAsync(RowTable.Agreement, ChainOf(agreement), "", call.Aborted) as AgreementRow;
        return row is not null && (call.Caller.Role is Role.Operator or Role.Regulator
            || row.Terms.Licensor == call.Caller.Subject || row.Terms.Licensee == call.Caller.Subject)
            ? row
            : null;
    }

    private static async Task<IResult> RequestOne(RequestAgreementBody body, Call call)
    {
        var id = Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, call.CommandId);

        // All that is filled in here never changes, so that a retry is the same intent.
        var dataset = await call.Rows.FindAsync(
            RowTable.Dataset, Datasets.ChainOf(body.Dataset), "", call.Aborted) as Grains.Datasets.DatasetRow;
        var offer = await Offers.FindAsync(call, body.Offer.Value);
        if (dataset is null)
        {
            return Problems.Of(Refusal.DatasetUnknown);
        }

        if (offer is null || offer.Chain != dataset.Chain)
        {
            return Problems.Of(Refusal.OfferUnknown);
        }

        var terms = new AgreementTerms(
            Departments.ChainOf(dataset.Department), call.Caller.Subject, body.Basis, body.Purpose, body.Period,
            body.Dataset, body.Offer, body.OfferDigest ?? offer.Offer.Document,
            body.Columns?.ToImmutableSortedSet() ?? offer.Offer.Terms.Columns, body.PinnedRevision);
        return await call.SubmitAsync(new Submission<AgreementRow, AgreementView>(
            call.Request(ChainOf(id), new RequestAgreement(terms)), "", AgreementView.Of)
        {
            Status = StatusCodes.Status201Created,
            Location = $"/v1/agreements/{id}",
        });
    }

    /// <summary>A department is licensor of most; <c>?as=licensee</c> lists what it licensed itself.</summary>
    private static async Task<IResult> List(ListQuery page, Call call)
    {
        string? asParty = call.Http.Request.Query["as"];
        if (asParty is not (null or "licensor" or "licensee"))
        {
            return Problems.Of(Fault.InputInvalid, new ProblemError("#as", "Expected licensor or licensee."));
        }

        var own = RowValue.Of(call.Caller.Subject);
        var query = call.Caller.Role switch
        {
            Role.Operator or Role.Regulator => new RowQuery(RowTable.Agreement, RowFilter.All, []),
            Role.Department when asParty != "licensee" =>
                new RowQuery(RowTable.Agreement, RowFilter.ByFirstColumn, [own]),
            _ => new RowQuery(RowTable.Agreement, RowFilter.BySecondColumn, [own]),
        };
        return await call.ListAsync<AgreementRow, AgreementView>(
            page, query, row => ValueTask.FromResult<AgreementView?>(AgreementView.Of(row)));
    }

    private static async Task<IResult> Get(string id, AtQuery at, Call call) =>
        await FindVisibleAsync(call, GrainKey.Parse(id)) is { } row
            ? await call.FindAsync<AgreementRow, AgreementView>(
                row.Chain, "", RowTable.Agreement, at, AgreementView.Of)
            : Problems.Of(Fault.NotFound);

    private static Task<IResult> Terminate(string id, ReasonBody body, Call call) =>
        SubmitAsync(call, id, new TerminateAgreement(body.Reason));

    private static Task<IResult> Retry(string id, RetryAgreementBody body, Call call) =>
        SubmitAsync(call, id, new RetryRegistration(body.Step));

    private static async Task<IResult> SubmitAsync(Call call, string id, AgreementCommand command) =>
        await FindVisibleAsync(call, GrainKey.Parse(id)) is { } row
            ? await call.SubmitAsync(new Submission<AgreementRow, AgreementView>(
                call.Request(row.Chain, command), "", AgreementView.Of))
            : Problems.Of(Fault.NotFound);
}
