namespace Exchange.Grains.Exchanges;

// family: what happened to the exchange itself

/// <summary>An event of <c>exchange/self</c>.</summary>
public abstract record ExchangeEvent : Event
{
    private protected ExchangeEvent()
    {
    }
}

[Wire(101)]
public sealed record ExchangeInitialised(ExchangeId Exchange, int Suite, Digest TokenKey) : ExchangeEvent;

[Wire(102)]
public sealed record OfficerAppointed(
    GrainKey Officer, GrainKey Department, DivisionCode Division, Mandate Mandate, Period Term, SealedText? Name)
    : ExchangeEvent;

[Wire(103)]
public sealed record OfficerRevoked(GrainKey Officer, SealedText? Reason) : ExchangeEvent;
