using Exchange.Grains.Accesses;

namespace Exchange.Api.Resources;

/// <summary>/v1/exports and /v1/audits: long work for a regulator</summary>
internal static class Evidence
{
    internal static void Map(RouteGroupBuilder v1)
    {
        var exports = v1.MapGroup("/exports").WithTags("Evidence");
        exports.MapPost("/", StartExport).Allow(Role.Regulator).ReadsHouseholds().Starts<EvidenceView>()
            .Operation("startExport", "Starts an export of all chains with their manifests and documents");
        exports.MapGet("/{id:key}", GetExport).Allow(Role.Regulator).Produces<EvidenceView>()
            .Operation("getExport", "Shows where an export stands");
        exports.MapGet("/{id:key}/content", GetExportContent).Allow(Role.Regulator)
            .Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream")
            .Operation("getExportContent", "Hands out the chain file that an export made");
        var audits = v1.MapGroup("/audits").WithTags("Evidence");
        audits.MapPost("/", StartAudit).Allow(Role.Regulator).ReadsHouseholds().Starts<EvidenceView>()
            .Operation("startAudit", "Starts an audit of the deliveries of a period");
        audits.MapGet("/{id:key}", GetAudit).Allow(Role.Regulator).Produces<EvidenceView>()
            .Operation("getAudit", "Shows where an audit stands, and how many violations it found");
        audits.MapGet("/{id:key}/content", GetAuditContent).Allow(Role.Regulator)
            .Produces<Stream>(StatusCodes.Status200OK, "application/json")
            .Operation("getAuditContent", "Hands out an audit's findings");
    }

    private static RouteHandlerBuilder Starts<TView>(this RouteHandlerBuilder builder) =>
        builder.WithMetadata(new CommandWrite()).Produces<TView>(StatusCodes.Status202Accepted);

    private static Task<IResult> StartExport(Call call) => StartAsync(
        call, AccessOperation.Export,
        (evidence, request) => evidence.StartExportAsync(request, call.Aborted));

    private static Task<IResult> StartAudit(StartAuditBody? body, Call call) => StartAsync(
        call, AccessOperation.Audit,
        (evidence, request) => evidence.StartAuditAsync(request, body?.Period, call.Aborted));

    /// <summary>
    /// The access to every household is on record before the work begins; a retry begins nothing twice.
    /// </summary>
    private static async Task<IResult> StartAsync(
        Call call, AccessOperation operation, Func<IEvidence, EvidenceRequest, ValueTask<EvidenceStatus>> start)
    {
        if (call.CaseNumber is null)
        {
            return HouseholdAccess.CaseNumberMissing();
        }

        var evidence = EvidenceOf(call);
        var id = Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, call.CommandId);
        var status = evidence.Find(id);
        if (status is null)
        {
            var households = await HouseholdsAsync(call);
            if (await call.RecordAccessAsync(operation, households) is { } notRecorded)
            {
                return notRecorded;
            }

            status = await start(evidence, new EvidenceRequest(id, call.Caller.Subject));
        }
        else if (status.Kind != KindOf(operation) || status.Request.Regulator != call.Caller.Subject)
        {
            return Problems.Of(Refusal.CommandIdReused);
        }
        else
        {
            call.Http.Response.Headers[Writer.ReplayedHeader] = "true";
        }

        call.Http.Response.Headers.Location = $"{EvidenceView.PathOf(status.Kind)}/{id}";
        return Results.Json(EvidenceView.Of(status), ApiJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async ValueTask<ImmutableSortedSet<GrainKey>> HouseholdsAsync(Call call)
    {
        var households = ImmutableSortedSet.CreateBuilder<GrainKey>();
        await foreach (var chain in call.Ledger.ReadChainsAsync(after: null, call.Aborted))
        {
            if (chain.Chain.Kind == GrainKind.Household)
            {
                _ = households.Add(chain.Chain.Key);
            }
        }

        return households.ToImmutable();
    }

    private static IResult GetExport(string id, Call call) => Show(call, id, EvidenceKind.Export);

    private static IResult GetAudit(string id, Call call) => Show(call, id, EvidenceKind.Audit);

    private static Task<IResult> GetExportContent(string id, Call call) =>
        ContentAsync(call, id, EvidenceKind.Export, "application/octet-stream", $"{id}.chains");

    private static Task<IResult> GetAuditContent(string id, Call call) =>
        ContentAsync(call, id, EvidenceKind.Audit, "application/json", fileName: null);

    private static IResult Show(Call call, string id, EvidenceKind kind) =>
        Find(call, id, kind) is { } status
            ? Results.Json(EvidenceView.Of(status), ApiJson.Options)
            : Problems.Of(Fault.NotFound);

    private static async Task<IResult> ContentAsync(
        Call call, string id, EvidenceKind kind, string mediaType, string? fileName)
    {
        var status = Find(call, id, kind);
        if (status is not { Stage: EvidenceStage.Ready })
        {
            return Problems.Of(status?.Stage switch
            {
                EvidenceStage.Running => Fault.EvidenceNotReady,
                EvidenceStage.Failed => Fault.EvidenceFailed,
                _ => Fault.NotFound,
            });
        }

        return await EvidenceOf(call).OpenContentAsync(status.Request.Id, call.Aborted) is { } content
            ? Results.Stream(content, mediaType, fileName)
            : Problems.Of(Fault.NotFound);
    }

    /// <summary>Another regulator's evidence does not exist for the caller.</summary>
    private static EvidenceStatus? Find(Call call, string id, EvidenceKind kind) =>
        EvidenceOf(call).Find(GrainKey.Parse(id)) is { } status
            && status.Kind == kind && status.Request.Regulator == call.Caller.Subject
            ? status
            : null;

    private static EvidenceKind KindOf(AccessOperation operation) =>
        operation == AccessOperation.Export ? EvidenceKind.Export : EvidenceKind.Audit;

    private static IEvidence EvidenceOf(Call call) => call.Http.RequestServices.GetRequiredService<IEvidence>();
}
