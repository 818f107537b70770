namespace Exchange.Grains.Exchanges;

// family: what the exchange itself is asked

/// <summary>A command to <c>exchange/self</c>.</summary>
public abstract record ExchangeCommand : Command
{
    private protected ExchangeCommand()
    {
    }
}

/// <summary>What an officer may do.</summary>
public enum Mandate
{
    RegisterHouseholds = 1,
    RecordConsents = 2,
    RegisterAndRecord = 3,
}

/// <summary>Begins the exchange: the genesis entry. The suite is fixed here for ever.</summary>
[Wire(101)]
public sealed record InitialiseExchange(ExchangeId Exchange, int Suite, Digest TokenKey) : ExchangeCommand;

/// <summary>Appoints a person, known here by a pseudonym, to act for a department in a division.</summary>
[Wire(102)]
public sealed record AppointOfficer(
    GrainKey Officer, GrainKey Department, DivisionCode Division, Mandate Mandate, Period Term, SealedText? Name)
    : ExchangeCommand;

/// <summary>Ends an officer's mandate at once.</summary>
[Wire(103)]
public sealed record RevokeOfficer(GrainKey Officer, SealedText? Reason) : ExchangeCommand;
