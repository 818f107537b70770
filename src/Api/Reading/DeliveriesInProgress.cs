using Exchange.Grains.Agreements;

namespace Exchange.Api.Reading;

/// <summary>Finds the deliveries that the answer to a withdrawal names.</summary>
internal static class DeliveriesInProgress
{
    /// <summary>
    /// The deliveries of these datasets to these recipients that had started and not ended at a moment. Of a moment
    /// that has just been, those that run tell it; a retry looks through all, so that it is answered the same.
    /// </summary>
    internal static async ValueTask<IReadOnlyList<GrainKey>> RunningAsync(
        this Call call, ImmutableHashSet<(GrainKey Dataset, ChainId Recipient)> uses, UnixMilliseconds at, bool isPast)
    {
        var found = new SortedSet<GrainKey>();
        if (uses.IsEmpty)
        {
            return [];
        }

        foreach (var query in isPast
            ? uses.Select(use => use.Dataset).Distinct().Select(dataset => new RowQuery(
                RowTable.Delivery, RowFilter.ByFirstColumn, [RowValue.Of(dataset)]))
            : [new RowQuery(RowTable.Delivery, RowFilter.ByThirdColumn, [RowValue.Of(1)])])
        {
            await foreach (var row in call.Rows.ReadAllAsync<DeliveryRow>(query, call.Aborted))
            {
                if (row.StartedAt <= at && !(row.End?.EndedAt < at)
                    && uses.Any(use => use.Dataset == row.Dataset)
                    && await call.Rows.FindAsync(RowTable.Agreement, row.Chain, "", call.Aborted) is AgreementRow deal
                    && uses.Contains((row.Dataset, deal.Terms.Licensee)))
                {
                    _ = found.Add(row.Key);
                }
            }
        }

        return [.. found];
    }
}
