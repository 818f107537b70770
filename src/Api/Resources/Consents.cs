using Exchange.Grains.Accesses;
using Exchange.Grains.Households;
using Exchange.Signing;

namespace Exchange.Api.Resources;

/// <summary>/v1/households/{id}/consents</summary>
internal static class Consents
{
    internal static void Map(RouteGroupBuilder v1, ApiOptions options)
    {
        var group = v1.MapGroup("/households").WithTags("Consents");
        group.MapPost("/consents/batch", GrantMany).Allow(Role.Officer, Role.Household)
            .WritesMany<ConsentView>(options)
            .Operation("grantConsents", "Gives or records up to 10,000 consents, each with an id of its own");
        group.MapPost("/{id:key}/consents", Grant).Allow(Role.Officer, Role.Household)
            .Writes<ConsentView>(StatusCodes.Status201Created)
            .Operation("grantConsent", "Gives a consent by the household's own token; records one by an officer");
        group.MapGet("/{id:key}/consents", List)
            .Allow(Role.Department, Role.Officer, Role.Household, Role.Regulator).ListsAsOf<ConsentView>()
            .ReadsHouseholds()
            .Operation("listConsents", "Lists a household's consents, now or as of a moment");
        group.MapGet("/{id:key}/consents/{consent:key}", Get)
            .Allow(Role.Department, Role.Officer, Role.Household, Role.Regulator).Reads<ConsentView>().ReadsHouseholds()
            .Operation("getConsent", "Shows a consent, now or as of a moment");
        group.MapPost("/{id:key}/consents/{consent:key}/confirm", Confirm).Allow(Role.Officer, Role.Household)
            .Writes<ConsentView>()
            .Operation("confirmConsent", "Confirms a recorded consent");
        group.MapPost("/{id:key}/consents/{consent:key}/narrow", Narrow).Allow(Role.Officer, Role.Household)
            .Writes<ConsentView>()
            .Operation("narrowConsent", "Narrows a consent; anything wider is a new one");
        group.MapPost("/{id:key}/consents/{consent:key}/withdraw", WithdrawOne).Allow(Role.Officer, Role.Household)
            .Writes<WithdrawalView>()
            .Operation("withdrawConsent", "Takes one consent back, at once");
        group.MapPost("/{id:key}/consents/{consent:key}/invalidate", Invalidate).Allow(Role.Department, Role.Officer)
            .Writes<ConsentView>()
            .Operation("invalidateConsent", "Declares a consent to have been entered in error");
        group.MapPost("/{id:key}/withdraw", WithdrawScope).Allow(Role.Officer, Role.Household)
            .Writes<WithdrawalView>()
            .Operation("withdrawConsents", "Takes back all consents for a recipient, or every one, at once");
    }

    private static async Task<IResult> Grant(string id, GrantConsentBody body, Call call)
    {
        var household = GrainKey.Parse(id);
        if (await call.DenyAsync(household) is { } denied)
        {
            return denied;
        }

        var submission = await SubmissionOf(call, call.CommandId, household, body);
        return await call.SubmitAsync(submission with
        {
            Status = StatusCodes.Status201Created,
            Request = submission.Request with { ExpectedHead = call.ExpectedHead },
        });
    }

    private static Task<IResult> GrantMany(GrantConsentsBody body, Call call) => Batch.RunAsync(
        call, body.Items, item => item.Id, async item => await call.DenyAsync(item.Household) is ProblemAnswer denied
            ? (new SubmissionResult<ConsentView>.NotDone(denied), denied.Body.Status)
            : (await call.TrySubmitAsync(await SubmissionOf(call, item.Id, item.Household, item.Consent)),
                StatusCodes.Status201Created));

    private static async ValueTask<Submission<ConsentRow, ConsentView>> SubmissionOf(
        Call call, CommandId id, GrainKey household, GrantConsentBody body)
    {
        var consent = Hashes.DerivedId(call.Exchange.Id, call.Caller.Subject, id);
        var collection = body.Collection ?? new();
        var terms = new ConsentTerms(
            [.. body.Members ?? []], body.Notice, body.Recipient, body.Dataset, [.. body.Columns], [.. body.Purposes],
            [.. body.Methods], body.Validity, body.RetentionDays, body.Basis);
        var command = new GrantConsent(
            consent, body.Giver, body.Capacity, [.. body.AuthorisedBy ?? []], terms,
            new Collection(
                collection.SignedAt, collection.Scan,
                await SealAsync(
                    call, household, id, $"consents/{consent}/paper-reference", collection.PaperReference),
                await SealAsync(call, household, id, $"consents/{consent}/note", collection.Note)),
            body.Supersedes);
        var request = new CommandRequest(
            HouseholdAccess.ChainOf(household), id, call.Caller.ActorBy(ChannelOf(call, collection.SignedAt)), command);
        return new(request, consent.Value, ConsentView.Of)
        {
            Location = $"/v1/households/{household}/consents/{consent}",
        };
    }

    private static async Task<IResult> List(string id, ListQuery page, AtQuery at, Call call)
    {
        var household = GrainKey.Parse(id);
        var chain = HouseholdAccess.ChainOf(household);
        var operation = at.Point is null ? AccessOperation.Read : AccessOperation.Replay;
        if (await call.DenyAsync(household, operation) is { } denied)
        {
            return denied;
        }

        var now = call.Now;
        if (at.Point is not { } point)
        {
            var heads = await call.Ledger.ReadHeadsAsync([chain], call.Aborted);
            var rows = await call.Rows.ListAsync(
                new RowQuery(RowTable.Consent, RowFilter.OfChain, [RowValue.Of(chain)]), page.After, page.Limit + 1,
                call.Aborted);
            return call.ShowAsOf(page, rows.Cast<ConsentRow>(), heads[0] is { } head ? [(chain, head)] : [], now);
        }

        var (folded, asOf, problem) = await call.ReplayAsync(chain, point);
        return folded is null ? problem! : call.ShowAsOf(
            page,
            folded.Rows.OfType<ConsentRow>().OrderBy(row => row.Item, StringComparer.Ordinal)
                .Where(row => page.After is not { } after || string.CompareOrdinal(row.Item, after.Item) > 0),
            [(chain, folded.Head)], asOf);
    }

    private static IResult ShowAsOf(
        this Call call, ListQuery page, IEnumerable<ConsentRow> rows,
        IEnumerable<(ChainId Chain, ChainHead Head)> heads, UnixMilliseconds asOf)
    {
        var some = rows.Take(page.Limit + 1).ToList();
        var shown = some.Take(page.Limit).ToList();
        var next = some.Count > page.Limit ? ListQuery.Write(new RowCursor(shown[^1].Chain, shown[^1].Item)) : null;
        call.LinkNext(next);
        return Results.Json(
            new PageAsOf<ConsentView>(
                [.. shown.Select(row => ConsentView.Of(row, asOf))], next,
                [.. heads.Select(pair => HeadView.Of(pair.Chain, pair.Head))], asOf),
            ApiJson.Options);
    }

    private static async Task<IResult> Get(string id, string consent, AtQuery at, Call call)
    {
        var household = GrainKey.Parse(id);
        var operation = at.Point is null ? AccessOperation.Read : AccessOperation.Replay;
        return await call.DenyAsync(household, operation) ?? await call.FindAsync<ConsentRow, ConsentView>(
            HouseholdAccess.ChainOf(household), consent, RowTable.Consent, at, ConsentView.Of);
    }

    private static async Task<IResult> Confirm(string id, string consent, ConfirmConsentBody? body, Call call)
    {
        var household = GrainKey.Parse(id);
        var means = body?.Means ?? (call.Caller.Role == Role.Household
            ? ConfirmationMeans.HouseholdToken
            : ConfirmationMeans.SecondOfficer);
        return await call.DenyAsync(household) ?? await SubmitAsync(call, household, consent, new ConfirmConsent(
            GrainKey.Parse(consent), means,
            await SealAsync(call, household, call.CommandId, $"consents/{consent}/witness", body?.Witness),
            body?.Scan));
    }

    private static async Task<IResult> Narrow(string id, string consent, NarrowConsentBody body, Call call)
    {
        var household = GrainKey.Parse(id);
        return await call.DenyAsync(household) ?? await SubmitAsync(call, household, consent, new NarrowConsent(
            GrainKey.Parse(consent), body.Columns?.ToImmutableSortedSet(), body.Purposes?.ToImmutableSortedSet(),
            body.Methods?.ToImmutableSortedSet(), body.Until, body.RetentionDays));
    }

    private static async Task<IResult> Invalidate(string id, string consent, InvalidateConsentBody? body, Call call)
    {
        var household = GrainKey.Parse(id);
        return await call.DenyAsync(household) ?? await SubmitAsync(call, household, consent, new InvalidateConsent(
            GrainKey.Parse(consent),
            await SealAsync(call, household, call.CommandId, $"consents/{consent}/reason", body?.Reason)));
    }

    private static Task<IResult> WithdrawOne(string id, string consent, WithdrawConsentBody? body, Call call) =>
        WithdrawAsync(
            call, GrainKey.Parse(id), WithdrawalScope.ThisConsent, GrainKey.Parse(consent), recipient: null,
            body?.SignedAt, body?.Note);

    private static async Task<IResult> WithdrawScope(string id, WithdrawScopeBody body, Call call)
    {
        var fits = body.Scope switch
        {
            WithdrawalScope.AllForRecipient => body.Recipient is not null,
            WithdrawalScope.Everything => body.Recipient is null,
            _ => false,
        };
        return fits
            ? await WithdrawAsync(
                call, GrainKey.Parse(id), body.Scope, consent: null, body.Recipient, body.SignedAt, body.Note)
            : Problems.Of(Fault.InputInvalid, new ProblemError(
                "/scope", "Expected all-for-recipient with a recipient, or everything without one."));
    }

    private static async Task<IResult> WithdrawAsync(
        Call call, GrainKey household, WithdrawalScope scope, GrainKey? consent, ChainId? recipient,
        UnixMilliseconds? signedAt, string? note)
    {
        if (await call.DenyAsync(household) is { } denied)
        {
            return denied;
        }

        var command = new WithdrawConsent(
            scope, consent, recipient, signedAt,
            await SealAsync(call, household, call.CommandId, "withdrawal/note", note));
        var chain = HouseholdAccess.ChainOf(household);
        var outcome = await call.Exchange.SubmitAsync(
            call.Request(chain, command, ChannelOf(call, signedAt)), call.Aborted);
        if (outcome is not SubmitOutcome.Accepted accepted)
        {
            return Problems.Of(outcome);
        }

        var ended = accepted.Changes.OfType<RowChange.Upsert>().Select(change => change.Row).OfType<ConsentRow>()
            .Select(row => ConsentView.Of(row, accepted.Receipt.RecordedAt)).ToList();
        var running = await call.RunningAsync(
            [.. ended.Select(view => (view.Dataset, view.Recipient))], accepted.Receipt.RecordedAt, accepted.Replayed);
        return call.Answer(
            new SubmissionResult<WithdrawalView>.Done(new(ended, running), accepted), StatusCodes.Status200OK,
            location: null);
    }

    private static Task<IResult> SubmitAsync(Call call, GrainKey household, string consent, HouseholdCommand command) =>
        call.SubmitAsync(new Submission<ConsentRow, ConsentView>(
            call.Request(HouseholdAccess.ChainOf(household), command), consent, ConsentView.Of));

    // A paper came by an officer; a household that signed something itself still comes with its own token.
    private static Channel ChannelOf(Call call, UnixMilliseconds? signedAt) => call.Caller.Role switch
    {
        Role.Officer when signedAt is not null => Channel.Paper,
        Role.Officer => Channel.Officer,
        _ => Channel.Self,
    };

    private static ValueTask<SealedText?> SealAsync(
        Call call, GrainKey household, CommandId id, string path, string? text)
    {
        var chain = HouseholdAccess.ChainOf(household);
        return call.Texts.SealAsync(chain, new SealContext(chain, call.Caller.Subject, id, path), text, call.Aborted);
    }
}
