namespace Exchange.Grains.Buyers;

// family: buyers: commands, events, state

/// <summary>A command to a buyer.</summary>
public abstract record BuyerCommand : Command
{
    private protected BuyerCommand()
    {
    }
}

/// <summary>What the chain of a buyer records: its standing and what it agreed to.</summary>
public abstract record BuyerEvent : Event
{
    private protected BuyerEvent()
    {
    }
}

/// <summary>Where a buyer stands.</summary>
public enum BuyerStatus
{
    Registered = 1,
    Approved = 2,
    Suspended = 3,
}

/// <summary>What is known about a buyer.</summary>
public sealed record BuyerDetails(
    [Text(256)] string LegalName, [Text(64)] string Code, [Text(2)] string Country, [Text(512)] string Contact,
    [Count(32)] ImmutableSortedSet<PurposeCode> Purposes);

/// <summary>Registers a buyer; by itself or the operator.</summary>
[Wire(601)]
public sealed record RegisterBuyer(BuyerDetails Details) : BuyerCommand;

/// <summary>Admits a buyer to the exchange; by the operator.</summary>
[Wire(602)]
public sealed record ApproveBuyer : BuyerCommand;

/// <summary>Stops a buyer's deliveries at once; by the operator.</summary>
[Wire(603)]
public sealed record SuspendBuyer([Text(512)] string Reason) : BuyerCommand;

/// <summary>Lets a suspended buyer go on; by the operator.</summary>
[Wire(604)]
public sealed record ReinstateBuyer : BuyerCommand;

/// <summary>Corrects what is known about a buyer; all fields as they should stand.</summary>
[Wire(605)]
public sealed record CorrectBuyer(BuyerDetails Details) : BuyerCommand;

/// <summary>Notes on the licensee's chain that an agreement was made; by the agreement's process.</summary>
[Wire(606)]
public sealed record NoteAgreement(GrainKey Agreement) : BuyerCommand;

[Wire(601)]
public sealed record BuyerRegistered(BuyerDetails Details) : BuyerEvent;

[Wire(602)]
public sealed record BuyerApproved : BuyerEvent;

[Wire(603)]
public sealed record BuyerSuspended([Text(512)] string Reason) : BuyerEvent;

[Wire(604)]
public sealed record BuyerReinstated : BuyerEvent;

[Wire(605)]
public sealed record BuyerCorrected(BuyerDetails Details) : BuyerEvent;

[Wire(606)]
public sealed record AgreementNoted(GrainKey Agreement) : BuyerEvent;

/// <summary>The state of a buyer; nothing before registration.</summary>
/// <param name="LastNoted">The agreement that the last entry noted, if it noted one: what the agreement's chain
/// cites.</param>
public sealed record BuyerState(BuyerDetails? Details, BuyerStatus? Status, GrainKey? LastNoted) : GrainState
{
    public static readonly BuyerState Initial = new(null, null, null);
}
