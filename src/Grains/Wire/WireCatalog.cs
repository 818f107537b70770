
namespace Exchange.Grains.Wire;

/// <summary>
/// Every command, event and fact by its number and version. An unknown number or version is refused, never skipped.
/// </summary>
public static class WireCatalog
{
    public static readonly WireFamily<Command> Commands = new();
    public static readonly WireFamily<Event> Events = new();
    public static readonly WireFamily<Fact> Facts = new();

    /// <summary>Questions never stand on a chain; they have a form so that a check can put them aside.</summary>
    public static readonly WireFamily<FactQuestion> Questions = new();

    /// <summary>The recorded form of a command.</summary>
    public static RecordedCommand Record(Command command)
    {
        var (type, version) = Commands.NumberOf(command.GetType());
        return new(type, version, Commands.Encode(command));
    }

    /// <summary>
    /// The recorded form of an event; its fields are left out where they are the command's to the byte.
    /// </summary>
    public static RecordedEvent Record(Event @event, RecordedCommand command)
    {
        var (type, version) = Events.NumberOf(@event.GetType());
        return Events.EncodeUnless(@event, command.Fields.Span) is { } fields
            ? new(type, version, fields)
            : new(type, version, Fields: null);
    }

    /// <summary>The recorded form of a fact.</summary>
    public static RecordedFact Record(CitedFact fact) => new(
        fact.Chain, fact.Head, fact.ReadAt, Facts.NumberOf(fact.Value.GetType()).Type, Facts.Encode(fact.Value));

    /// <summary>Reads a recorded command.</summary>
    /// <exception cref="CanonicalFormatException">The number is unknown or the fields are not canonical.</exception>
    public static Command Read(RecordedCommand command) =>
        Commands.Decode(command.Type, command.Version, command.Fields.Span);

    /// <summary>Reads a recorded event of a command.</summary>
    /// <exception cref="CanonicalFormatException">The number is unknown, or the fields are not canonical.</exception>
    public static Event Read(RecordedEvent @event, RecordedCommand command)
    {
        if (@event.Fields is { } fields && fields.Span.SequenceEqual(command.Fields.Span))
        {
            throw new CanonicalFormatException("An event repeats the fields of its command", 0);
        }

        return Events.Decode(@event.Type, @event.Version, (@event.Fields ?? command.Fields).Span);
    }

    /// <summary>Reads a recorded fact.</summary>
    /// <exception cref="CanonicalFormatException">The number is unknown or the values are not canonical.</exception>
    public static CitedFact Read(RecordedFact fact) => new(
        fact.Chain, fact.Head, fact.ReadAt, Facts.Decode(fact.Type, version: 1, fact.Values.Span));
}
