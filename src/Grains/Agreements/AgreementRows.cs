namespace Exchange.Grains.Agreements;

// family: the rows of an agreement

/// <summary>An agreement in lists.</summary>
public sealed record AgreementRow(
    ChainId Chain, AgreementTerms Terms, AgreementStatus Status,
    ImmutableSortedDictionary<RegistrationStep, RegistrationStatus> Registrations) : Row(Chain, "")
{
    public override RowTable Table => RowTable.Agreement;

    public override ImmutableArray<RowValue> Columns =>
        [RowValue.Of(Terms.Licensor), RowValue.Of(Terms.Licensee), RowValue.Of(Terms.Dataset)];
}

/// <summary>How a delivery ended.</summary>
public sealed record DeliveryEnd(
    DeliveryOutcome Outcome, long Rows, long SizeBytes, Digest? Sha256, Digest? Manifest, UnixMilliseconds EndedAt);

/// <summary>A delivery. The item is the delivery's key.</summary>
public sealed record DeliveryRow(
    ChainId Chain, GrainKey Key, GrainKey Dataset, GrainKey Revision, GrainKey Run, EntryIndex Started,
    UnixMilliseconds StartedAt, [Count(512)] ImmutableSortedSet<ColumnName> DeliveredColumns, PurposeCode Purpose,
    LawfulBasis Basis, DeliveryEnd? End) : Row(Chain, Key.Value)
{
    public override RowTable Table => RowTable.Delivery;

    // Running deliveries of a dataset are named in the answer to a withdrawal.
    public override ImmutableArray<RowValue> Columns =>
        [RowValue.Of(Dataset), RowValue.Of(Run), RowValue.Of(End is null ? 1 : 0)];
}

/// <summary>What a process has to do next.</summary>
public enum DueWorkKind
{
    NoteOnLicensor = 1,
    NoteOnLicensee = 2,
}

/// <summary>Work that a process has to do, from a moment on. The item names the step.</summary>
public sealed record DueWorkRow(ChainId Chain, DueWorkKind Kind, UnixMilliseconds DueAt, bool Parked)
    : Row(Chain, Kind.ToString())
{
    public override RowTable Table => RowTable.DueWork;

    public override ImmutableArray<RowValue> Columns => [RowValue.Of(DueAt.Value), RowValue.Of(Parked ? 1 : 0)];
}
