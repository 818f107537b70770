using Exchange.Grains.Accesses;
using Exchange.Grains.Households;

namespace Exchange.Api.Resources;

/// <summary>/v1/datasets/{id}/consents: who had consented to a dataset at a moment</summary>
internal static class DatasetConsents
{
    /// <summary>How many households of a page are folded at the same time.</summary>
    private const int ReplaysAtOnce = 16;

    internal static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/datasets/{id:key}/consents", List).WithTags("Datasets").Allow(Role.Department, Role.Regulator)
            .ListsAsOf<ConsentView>().ReadsHouseholds()
            .Operation("listConsentsToDataset", "Lists the consents to a dataset, now or as of a moment");

    private static async Task<IResult> List(string id, ListQuery page, AtQuery at, Call call)
    {
        var dataset = GrainKey.Parse(id);
        if (at.Point is ReplayPoint.AtIndex)
        {
            return Problems.Of(Fault.InputInvalid, new ProblemError(
                "#at", "Expected a time: an index says nothing about many chains."));
        }

        if (call.Caller.Role == Role.Regulator ? call.CaseNumber is null : false)
        {
            return HouseholdAccess.CaseNumberMissing();
        }

        if (call.Caller.Role == Role.Department
            && await Datasets.DenyAsync(call, Datasets.ChainOf(dataset)) is { } denied)
        {
            return denied;
        }

        var (households, next) = await HouseholdsOf(call, page, dataset);
        if (call.Caller.Role == Role.Regulator && households.Count > 0
            && await call.RecordAccessAsync(
                at.Point is null ? AccessOperation.Read : AccessOperation.Replay,
                [.. households.Keys.Select(chain => chain.Key)]) is { } notRecorded)
        {
            return notRecorded;
        }

        call.LinkNext(next);
        return at.Point is ReplayPoint.AtTime moment
            ? await ReplayAsync(call, dataset, households.Keys, moment, next)
            : await ShowNowAsync(call, households, next);
    }

    /// <summary>
    /// The households of one page with their rows. An ended consent keeps its row, so that whoever ever consented is a
    /// candidate; a household is never cut between two pages.
    /// </summary>
    private static async ValueTask<(SortedDictionary<ChainId, List<ConsentRow>> Households, string? Next)> HouseholdsOf(
        Call call, ListQuery page, GrainKey dataset)
    {
        var households = new SortedDictionary<ChainId, List<ConsentRow>>();
        var query = new RowQuery(RowTable.Consent, RowFilter.ByFirstColumn, [RowValue.Of(dataset)]);
        var after = page.After;
        while (true)
        {
            var rows = await call.Rows.ListAsync(query, after, ListQuery.LimitMax, call.Aborted);
            foreach (var row in rows.Cast<ConsentRow>())
            {
                if (!households.TryGetValue(row.Chain, out var own))
                {
                    if (households.Count == page.Limit)
                    {
                        return (households, ListQuery.Write(
                            new RowCursor(households.Keys.Last(), ListQuery.AfterAllItems)));
                    }

                    households[row.Chain] = own = [];
                }

                own.Add(row);
                after = new RowCursor(row.Chain, row.Item);
            }

            if (rows.Length < ListQuery.LimitMax)
            {
                return (households, null);
            }
        }
    }

    private static async ValueTask<IResult> ShowNowAsync(
        Call call, SortedDictionary<ChainId, List<ConsentRow>> households, string? next)
    {
        var now = call.Now;
        var chains = households.Keys.ToImmutableArray();
        var heads = await call.Ledger.ReadHeadsAsync(chains, call.Aborted);
        return Results.Json(
            new PageAsOf<ConsentView>(
                [.. households.Values.SelectMany(rows => rows).Select(row => ConsentView.Of(row, now))], next,
                [.. chains.Zip(heads).Where(pair => pair.Second is not null)
                    .Select(pair => HeadView.Of(pair.First, pair.Second!.Value))],
                now),
            ApiJson.Options);
    }

    private static async ValueTask<IResult> ReplayAsync(
        Call call, GrainKey dataset, IEnumerable<ChainId> households, ReplayPoint.AtTime moment, string? next)
    {
        ImmutableArray<ChainId> chains = [.. households];
        var outcomes = new ReplayOutcome[chains.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, chains.Length),
            new ParallelOptions { MaxDegreeOfParallelism = ReplaysAtOnce, CancellationToken = call.Aborted },
            async (i, aborted) => outcomes[i] = await call.Exchange.ReplayAsync(chains[i], moment, aborted));
        List<ConsentView> views = [];
        List<HeadView> heads = [];
        foreach (var (household, outcome) in chains.Zip(outcomes))
        {
            switch (outcome)
            {
                case ReplayOutcome.Folded folded:
                    heads.Add(HeadView.Of(household, folded.Head));
                    views.AddRange(folded.Rows.OfType<ConsentRow>()
                        .Where(row => row.Consent.Terms.Dataset == dataset)
                        .Select(row => ConsentView.Of(row, moment.Time)));
                    break;
                case ReplayOutcome.NotSettled:
                    return Problems.Of(Fault.NotSettled);
            }
        }

        return Results.Json(new PageAsOf<ConsentView>(views, next, heads, moment.Time), ApiJson.Options);
    }
}
