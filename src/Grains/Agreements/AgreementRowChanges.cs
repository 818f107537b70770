namespace Exchange.Grains.Agreements;

/// <summary>What an entry of an agreement changes in the tables.</summary>
internal static class AgreementRowChanges
{
    internal static ImmutableArray<RowChange> Of(
        AgreementState before, AgreementState after, ImmutableArray<Event> events, EntryPlace place)
    {
        var changes = ImmutableArray.CreateBuilder<RowChange>();
        if (before.Status != after.Status || !ReferenceEquals(before.Registrations, after.Registrations))
        {
            changes.Add(new RowChange.Upsert(
                new AgreementRow(place.Chain, after.Terms!, after.Status!.Value, after.Registrations)));
        }

        foreach (var @event in events)
        {
            if (@event is DeliveryStarted { Delivery: var started })
            {
                changes.Add(new RowChange.Upsert(DeliveryOf(after, started, end: null, place)));
            }
            else if (@event is DeliveryEnded { Delivery: var delivery } ended)
            {
                var end = new DeliveryEnd(
                    ended.Outcome, ended.Rows, ended.SizeBytes, ended.Sha256, ended.Manifest, place.RecordedAt);
                changes.Add(new RowChange.Upsert(DeliveryOf(before, delivery, end, place)));
            }
        }

        foreach (var (step, status) in after.Registrations)
        {
            if (before.Registrations.GetValueOrDefault(step) != status)
            {
                changes.Add(DueWorkOf(step, status, place));
            }
        }

        return changes.ToImmutable();
    }

    private static DeliveryRow DeliveryOf(AgreementState state, GrainKey delivery, DeliveryEnd? end, EntryPlace place)
    {
        var terms = state.Terms!;
        var running = state.Running!;
        return new(
            place.Chain, delivery, terms.Dataset, running.Revision, running.Run, running.Entry, running.StartedAt,
            running.Columns, terms.Purpose, terms.Basis, end);
    }

    private static RowChange DueWorkOf(RegistrationStep step, RegistrationStatus status, EntryPlace place)
    {
        var kind = step == RegistrationStep.Licensor ? DueWorkKind.NoteOnLicensor : DueWorkKind.NoteOnLicensee;
        return status == RegistrationStatus.Closed
            ? new RowChange.Delete(RowTable.DueWork, place.Chain, kind.ToString())
            : new RowChange.Upsert(
                new DueWorkRow(place.Chain, kind, place.RecordedAt, status == RegistrationStatus.Parked));
    }
}
