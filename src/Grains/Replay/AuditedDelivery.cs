using Exchange.Grains.Agreements;

namespace Exchange.Grains.Replay;

/// <summary>A delivery that ended, with what its agreement's chain says of it.</summary>
/// <param name="Columns">What was delivered.</param>
/// <param name="Started">The entry that started it.</param>
public sealed record AuditedDelivery(
    ChainId Agreement, AgreementTerms Terms, GrainKey Delivery, GrainKey Revision,
    ImmutableSortedSet<ColumnName> Columns, EntryIndex Started, UnixMilliseconds StartedAt, DeliveryEnded Ended,
    UnixMilliseconds EndedAt)
{
    /// <summary>The delivery that the entry just applied to an agreement ended; nothing where it ended none.</summary>
    public static AuditedDelivery? EndedBy(ChainReplay replay)
    {
        if (replay.Before is not AgreementState { Terms: { } terms, Running: { } running })
        {
            return null;
        }

        foreach (var each in replay.Events)
        {
            if (each is DeliveryEnded ended)
            {
                return new(
                    replay.Chain, terms, running.Delivery, running.Revision, running.Columns, running.Entry,
                    running.StartedAt, ended, replay.RecordedAt);
            }
        }

        return null;
    }
}
