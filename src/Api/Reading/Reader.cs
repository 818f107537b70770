namespace Exchange.Api.Reading;

/// <summary>Reads rows, one or a page of them, as they are or as they were.</summary>
internal static class Reader
{
    /// <summary>One row, now or as of a point, with the head that it rests on.</summary>
    internal static async Task<IResult> FindAsync<TRow, TView>(
        this Call call, ChainId chain, string item, RowTable table, AtQuery at, ViewOf<TRow, TView> view)
        where TRow : Row
    {
        if (at.Point is { } point)
        {
            return await call.ReplayOneAsync(chain, item, point, view);
        }

        // The head is read before the row: a tag that is older than its data only makes a write fail, never lose one.
        var heads = await call.Ledger.ReadHeadsAsync([chain], call.Aborted);
        if (heads[0] is not { } head
            || await call.Rows.FindAsync(table, chain, item, call.Aborted) is not TRow row)
        {
            return Problems.Of(Fault.NotFound);
        }

        var now = call.Now;
        return call.Show(chain, head, await view(call, row, now), now);
    }

    /// <summary>The rows of one chain as of a point, or why there are none.</summary>
    internal static async ValueTask<(ReplayOutcome.Folded? Folded, UnixMilliseconds AsOf, IResult? Problem)>
        ReplayAsync(this Call call, ChainId chain, ReplayPoint point)
    {
        switch (await call.Exchange.ReplayAsync(chain, point, call.Aborted))
        {
            case ReplayOutcome.Folded folded:
                var asOf = point is ReplayPoint.AtTime time
                    ? time.Time
                    : await call.RecordedAtAsync(chain, folded.Head.Index);
                return (folded, asOf, null);
            case ReplayOutcome.NotSettled:
                return (null, default, Problems.Of(Fault.NotSettled));
            default:
                return (null, default, Problems.Of(Fault.NotFound));
        }
    }

    /// <summary>Answers one thing with its tag and head.</summary>
    internal static IResult Show<TView>(
        this Call call, ChainId chain, ChainHead head, TView view, UnixMilliseconds asOf)
    {
        call.Http.Response.Headers.ETag = Call.EntityTagOf(head);
        return Results.Json(new Found<TView>(view, [HeadView.Of(chain, head)], asOf), ApiJson.Options);
    }

    /// <summary>
    /// A page of rows; rows that have no view are passed over. After so many of them the page ends, perhaps empty, and
    /// names the next one.
    /// </summary>
    internal static async Task<IResult> ListAsync<TRow, TView>(
        this Call call, ListQuery page, RowQuery query, Func<TRow, ValueTask<TView?>> view,
        int passedMax = int.MaxValue)
        where TRow : Row
        where TView : class
    {
        List<TView> items = [];
        var after = page.After;
        var passed = 0;
        while (true)
        {
            var rows = await call.Rows.ListAsync(query, after, page.Limit + 1, call.Aborted);
            foreach (var row in rows)
            {
                if (items.Count == page.Limit || passed == passedMax)
                {
                    return call.ShowPage(items, ListQuery.Write(after!.Value));
                }

                after = new RowCursor(row.Chain, row.Item);
                if (await view((TRow)row) is { } shown)
                {
                    items.Add(shown);
                }
                else
                {
                    passed++;
                }
            }

            if (rows.Length <= page.Limit)
            {
                return call.ShowPage(items, next: null);
            }
        }
    }

    /// <summary>Answers a page, and says where the next one is.</summary>
    internal static IResult ShowPage<TView>(this Call call, IReadOnlyList<TView> items, string? next)
    {
        call.LinkNext(next);
        return Results.Json(new Page<TView>(items, next), ApiJson.Options);
    }

    internal static void LinkNext(this Call call, string? next)
    {
        if (next is not null)
        {
            var request = call.Http.Request;
            var query = QueryString.Create(
                request.Query.Where(pair => pair.Key != "cursor").Append(new("cursor", next)));
            call.Http.Response.Headers.Link = $"<{request.PathBase}{request.Path}{query}>; rel=\"next\"";
        }
    }

    /// <summary>An entry of a chain, or nothing.</summary>
    internal static async ValueTask<(Entry Entry, ReadOnlyMemory<byte> Bytes)?> FindEntryAsync(
        this Call call, ChainId chain, EntryIndex index)
    {
        await foreach (var stored in call.Ledger.ReadChainAsync(chain, index, index, call.Aborted))
        {
            return (EntryCodec.Decode(stored.Bytes), stored.Bytes);
        }

        return null;
    }

    private static async ValueTask<UnixMilliseconds> RecordedAtAsync(this Call call, ChainId chain, EntryIndex index) =>
        await call.FindEntryAsync(chain, index) is { } found
            ? found.Entry.RecordedAt
            : throw new StoreUnavailableException("A folded entry cannot be read back.", inner: null);

    private static async Task<IResult> ReplayOneAsync<TRow, TView>(
        this Call call, ChainId chain, string item, ReplayPoint point, ViewOf<TRow, TView> view)
        where TRow : Row
    {
        var (folded, asOf, problem) = await call.ReplayAsync(chain, point);
        if (folded is null)
        {
            return problem!;
        }

        var row = folded.Rows.OfType<TRow>().FirstOrDefault(r => string.Equals(r.Item, item, StringComparison.Ordinal));
        return row is null
            ? Problems.Of(Fault.NotFound)
            : call.Show(chain, folded.Head, await view(call, row, asOf), asOf);
    }
}
