namespace Exchange.Grains.Rules;

// family: what stands on a chain

/// <summary>What somebody asks of a grain: the caller's intent and nothing else.</summary>
public abstract record Command
{
    private protected Command()
    {
    }
}

/// <summary>What happened.</summary>
public abstract record Event
{
    private protected Event()
    {
    }
}

/// <summary>What a grain's rules need to know: only what <c>Decide</c> reads.</summary>
public abstract record GrainState;

/// <summary>What a decision takes from another chain.</summary>
public abstract record Fact;

/// <summary>A question that a decision has to another chain, answered from that grain's state alone.</summary>
/// <param name="Chain">The chain that is asked.</param>
public abstract record FactQuestion(ChainId Chain)
{
    /// <summary>The answer, or nothing where the grain does not know what is asked about.</summary>
    public abstract Fact? Answer(GrainState state);
}

/// <summary>A fact with the head it was read at.</summary>
public sealed record CitedFact(ChainId Chain, ChainHead Head, UnixMilliseconds ReadAt, Fact Value);

/// <summary>A command on its way to a grain.</summary>
/// <param name="Chain">The grain.</param>
/// <param name="Id">The caller's name for the command.</param>
/// <param name="Actor">Who gives it.</param>
/// <param name="Command">What is asked.</param>
/// <param name="Facts">The answers to <see cref="GrainRules.Questions"/>, in that order, without those that had
/// none.</param>
/// <param name="ExpectedHead">The head that the caller last saw, if it insists on it.</param>
public sealed record CommandEnvelope(
    ChainId Chain, CommandId Id, Actor Actor, Command Command, ImmutableArray<CitedFact> Facts,
    ChainHead? ExpectedHead = null)
{
    /// <summary>The fact of a type, or nothing where the other grain had no answer.</summary>
    public TFact? FactOf<TFact>()
        where TFact : Fact
    {
        foreach (var cited in Facts)
        {
            if (cited.Value is TFact fact)
            {
                return fact;
            }
        }

        return null;
    }
}

/// <summary>The answer of the rules.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    public static Decision Accept(params ReadOnlySpan<Event> events) => new Accepted([.. events]);

    public static Decision Refuse(Refusal refusal) => new Refused(refusal);

    /// <summary>The command happens, as these events; at least one.</summary>
    public sealed record Accepted(ImmutableArray<Event> Events) : Decision;

    /// <summary>No, because.</summary>
    public sealed record Refused(Refusal Reason) : Decision;
}

/// <summary>Where and when an event stands.</summary>
public readonly record struct EntryPlace(ChainId Chain, EntryIndex Index, UnixMilliseconds RecordedAt);
