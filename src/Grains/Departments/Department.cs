namespace Exchange.Grains.Departments;

// family: departments: commands, events, state

/// <summary>A command to a department.</summary>
public abstract record DepartmentCommand : Command
{
    private protected DepartmentCommand()
    {
    }
}

/// <summary>What happened to a department.</summary>
public abstract record DepartmentEvent : Event
{
    private protected DepartmentEvent()
    {
    }
}

/// <summary>The kind of authority a department is.</summary>
public enum AuthorityKind
{
    Other = 1,
    PovertyRelief = 2,
    Education = 3,
    Health = 4,
    Transport = 5,
    Justice = 6,
    PublicSecurity = 7,
    Housing = 8,
    CivilAffairs = 9,
    Statistics = 10,
}

/// <summary>Registers a department; by the operator.</summary>
[Wire(201)]
public sealed record RegisterDepartment(
    [Text(256)] string LegalName, [Text(18)] string CreditCode, [Text(512)] string Contact, DivisionCode Division,
    AuthorityKind Authority) : DepartmentCommand;

/// <summary>Corrects what changes about a department; absent fields stay.</summary>
[Wire(202)]
public sealed record CorrectDepartment([Text(256)] string? LegalName, [Text(512)] string? Contact) : DepartmentCommand;

/// <summary>Notes on the licensor's chain that an agreement was made; by the agreement's process.</summary>
[Wire(203)]
public sealed record NoteLicence(GrainKey Agreement) : DepartmentCommand;

[Wire(201)]
public sealed record DepartmentRegistered(
    [Text(256)] string LegalName, [Text(18)] string CreditCode, [Text(512)] string Contact, DivisionCode Division,
    AuthorityKind Authority) : DepartmentEvent;

[Wire(202)]
public sealed record DepartmentCorrected([Text(256)] string? LegalName, [Text(512)] string? Contact) : DepartmentEvent;

[Wire(203)]
public sealed record LicenceNoted(GrainKey Agreement) : DepartmentEvent;

/// <summary>A department's details as its row shows them.</summary>
public sealed record DepartmentDetails(
    [Text(256)] string LegalName, [Text(18)] string CreditCode, [Text(512)] string Contact, DivisionCode Division,
    AuthorityKind Authority);

/// <summary>The state of a department; nothing before registration.</summary>
/// <param name="LastNoted">The agreement that the last entry noted, if it noted one: what the agreement's chain
/// cites.</param>
public sealed record DepartmentState(DepartmentDetails? Details, GrainKey? LastNoted) : GrainState
{
    public static readonly DepartmentState Initial = new(null, null);
}
