namespace Exchange.Grains.Households;

// family: the rows of a household

/// <summary>A member as shown: what is sealed stays sealed. Of one who left only the key is known.</summary>
/// <param name="Details">Sealed under the field path <c>members/{id}/details</c>.</param>
public sealed record MemberView(
    GrainKey Id, bool Adult, int? BirthYear, [Count(4)] ImmutableArray<GrainKey> Guardians, SealedView? Details,
    bool Left);

/// <summary>A household in lists.</summary>
public sealed record HouseholdRow(
    ChainId Chain, HouseholdDetails Details, [Count(512)] ImmutableArray<MemberView> Members) : Row(Chain, "")
{
    public override RowTable Table => RowTable.Household;

    public override ImmutableArray<RowValue> Columns =>
        [RowValue.Of(Details.Department), RowValue.Of(Details.County.Value)];
}

/// <summary>A consent, live or ended. The item is the consent's key.</summary>
public sealed record ConsentRow(ChainId Chain, Consent Consent) : Row(Chain, Consent.Id.Value)
{
    public override RowTable Table => RowTable.Consent;

    // dataset, recipient, status: live or not is computed from the body and the time.
    public override ImmutableArray<RowValue> Columns =>
    [
        RowValue.Of(Consent.Terms.Dataset), RowValue.Of(Consent.Terms.Recipient), RowValue.Of((long)Consent.Status),
    ];
}
