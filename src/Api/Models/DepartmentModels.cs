using Exchange.Grains.Departments;
using Exchange.Grains.Exchanges;

namespace Exchange.Api.Models;

// family: departments and officers

public sealed record RegisterDepartmentBody(
    [Text(256)] string LegalName, [Text(18)] string CreditCode, [Text(512)] string Contact, DivisionCode Division,
    AuthorityKind Authority, GrainKey? Id = null) : IRequestBody;

/// <summary>What is absent stays.</summary>
public sealed record CorrectDepartmentBody([Text(256)] string? LegalName = null, [Text(512)] string? Contact = null)
    : IRequestBody;

public sealed record DepartmentView(
    GrainKey Id, string LegalName, string CreditCode, string Contact, DivisionCode Division, AuthorityKind Authority)
{
    internal static ValueTask<DepartmentView> Of(Call call, DepartmentRow row, UnixMilliseconds asOf) =>
        ValueTask.FromResult(Of(row));

    internal static DepartmentView Of(DepartmentRow row) => new(
        row.Chain.Key, row.Details.LegalName, row.Details.CreditCode, row.Details.Contact, row.Details.Division,
        row.Details.Authority);
}

/// <summary>Appoints a person, on chains known by the officer's id alone; the name is sealed.</summary>
public sealed record AppointOfficerBody(
    DivisionCode Division, Mandate Mandate, Period Term,
    [Text(Sealing.PersonalTexts.SizeBytesMax)] string? Name = null, GrainKey? Id = null) : IRequestBody;

public sealed record RevokeOfficerBody([Text(Sealing.PersonalTexts.SizeBytesMax)] string? Reason = null) : IRequestBody;

/// <param name="Name">Opened for the department that appointed the officer, and for the officer.</param>
public sealed record OfficerView(
    GrainKey Id, GrainKey Department, DivisionCode Division, Mandate Mandate, Period Term, UnixMilliseconds? RevokedAt,
    string? Name);
