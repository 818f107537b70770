using Exchange.Grains.Accesses;
using Exchange.Grains.Households;

namespace Exchange.Api.Models;

// family: households, members, accesses

/// <summary>A person who belongs to a household from its beginning.</summary>
/// <param name="Guardians">Places of a minor's guardians in the list of members, from 0.</param>
public sealed record FirstMemberBody(
    bool Adult, int? BirthYear = null, [Text(Sealing.PersonalTexts.SizeBytesMax, Prose = true)] string? Details = null,
    [Count(4)] ImmutableArray<int>? Guardians = null);

public sealed record RegisterHouseholdBody(DivisionCode County, [Count(64)] ImmutableArray<FirstMemberBody> Members)
    : IRequestBody;

/// <param name="Id">The item's own idempotency key.</param>
public sealed record RegisterHouseholdItem(
    CommandId Id, DivisionCode County, [Count(64)] ImmutableArray<FirstMemberBody> Members);

public sealed record RegisterHouseholdsBody(
    [Count(Batch.ItemsMax)] ImmutableArray<RegisterHouseholdItem> Items) : IRequestBody;

public sealed record CorrectHouseholdBody(
    DivisionCode County, [Text(Sealing.PersonalTexts.SizeBytesMax, Prose = true)] string? Note = null) : IRequestBody;

/// <summary>A person who joins, or as the person should stand.</summary>
public sealed record MemberBody(
    bool Adult, int? BirthYear = null, [Text(Sealing.PersonalTexts.SizeBytesMax, Prose = true)] string? Details = null,
    [Count(4)] ImmutableArray<GrainKey>? Guardians = null) : IRequestBody;

public sealed record RemoveMemberBody(
    [Text(Sealing.PersonalTexts.SizeBytesMax, Prose = true)] string? Note = null) : IRequestBody;

/// <param name="Details">Opened for those who may read it; nothing for everybody else.</param>
public sealed record MemberViewModel(
    GrainKey Id, bool Adult, int? BirthYear, IReadOnlyList<GrainKey> Guardians, string? Details, bool Left);

public sealed record HouseholdView(
    GrainKey Id, GrainKey Department, DivisionCode County, IReadOnlyList<MemberViewModel> Members);

/// <summary>An access of a regulator to the household's history.</summary>
public sealed record AccessView(
    ChainId Record, EntryIndex Index, UnixMilliseconds At, string CaseNumber, AccessOperation Operation,
    long HouseholdCount)
{
    internal static AccessView Of(AccessRow row) => new(
        row.Chain, row.Entry, row.At, row.Access.CaseNumber, row.Access.Operation, row.Access.Count);
}
