namespace Exchange.Grains.Identifiers;

// family: identifiers: commands, events, state

/// <summary>A command to an identifier.</summary>
public abstract record IdentifierCommand : Command
{
    private protected IdentifierCommand()
    {
    }
}

/// <summary>What happened to the link of a number.</summary>
public abstract record IdentifierEvent : Event
{
    private protected IdentifierEvent()
    {
    }
}

/// <summary>Links a department's number, never in clear here, to a household and perhaps one member.</summary>
[Wire(401)]
public sealed record LinkIdentifier(
    GrainKey Department, GrainKey Scheme, GrainKey Household, GrainKey? Member) : IdentifierCommand;

/// <summary>Links the number to another household or member, because the first was wrong.</summary>
[Wire(402)]
public sealed record CorrectIdentifier(GrainKey Household, GrainKey? Member, SealedText? Reason) : IdentifierCommand;

[Wire(401)]
public sealed record IdentifierLinked(
    GrainKey Department, GrainKey Scheme, GrainKey Household, GrainKey? Member) : IdentifierEvent;

[Wire(402)]
public sealed record IdentifierCorrected(GrainKey Household, GrainKey? Member, SealedText? Reason) : IdentifierEvent;

/// <summary>Whom a number stands for since which entry.</summary>
public sealed record IdentifierLink(
    GrainKey Department, GrainKey Scheme, GrainKey Household, GrainKey? Member, EntryIndex Entry);

/// <summary>Whom the number stands for; nothing before it is linked.</summary>
public sealed record IdentifierState(IdentifierLink? Link) : GrainState
{
    public static readonly IdentifierState Initial = new(Link: null);
}
