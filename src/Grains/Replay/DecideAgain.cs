using Exchange.Grains.Facts;

namespace Exchange.Grains.Replay;

/// <summary>
/// Decides a recorded command again on the state before it: the events must be those recorded, to the byte. An accepted
/// entry answers every question that its command raises, in that order; whether the answers are true is another check.
/// </summary>
public static class DecideAgain
{
    /// <summary>How long before an entry its facts may have been read.</summary>
    public const long FactAgeMillisecondsMax = 10_000;

    /// <summary>Answers the first breach, or nothing and what was decided.</summary>
    public static Breach? Check(GrainState before, Entry entry, out Decided? decided)
    {
        decided = null;
        if (entry.Rules != GrainRules.Version)
        {
            return BreachOf(entry, BreachKind.RulesUnknown, $"rules {GrainRules.Version}", $"rules {entry.Rules}");
        }

        if (GrainCatalog.Find(entry.Chain.Kind) is not { } rules)
        {
            return BreachOf(entry, BreachKind.KindUnknown, "a kind with rules", entry.Chain.Kind.ToString());
        }

        Command command;
        ImmutableArray<CitedFact> facts;
        try
        {
            command = WireCatalog.Read(entry.Command);
            facts = [.. entry.Facts.Select(WireCatalog.Read)];
        }
        catch (CanonicalFormatException wrong)
        {
            return BreachOf(entry, BreachKind.NotReadable, "a known canonical command and facts", wrong.Message);
        }

        if (!rules.Decides(command))
        {
            return BreachOf(
                entry, BreachKind.NotReadable, $"a command to a {entry.Chain.Kind}", command.GetType().Name);
        }

        var questions = rules.Questions(entry.Chain, entry.Actor, command);
        if (CheckFacts(entry, questions, facts) is { } wrongFact)
        {
            return wrongFact;
        }

        var envelope = new CommandEnvelope(entry.Chain, entry.CommandId, entry.Actor, command, facts);
        var decision = rules.Decide(before, envelope, entry.RecordedAt);
        if (decision is not Decision.Accepted { Events: var events })
        {
            var refused = (Decision.Refused)decision;
            return BreachOf(entry, BreachKind.RefusedByRules, $"refusal {refused.Reason}", command.GetType().Name);
        }

        decided = new(events, questions, facts);
        return CompareEvents(entry, events);
    }

    internal static Breach BreachOf(Entry entry, BreachKind kind, string expected, string found) => new()
    {
        Kind = kind,
        Chain = entry.Chain,
        Index = entry.Index,
        Expected = expected,
        Found = found,
    };

    private static Breach? CheckFacts(
        Entry entry, ImmutableArray<FactQuestion> questions, ImmutableArray<CitedFact> facts)
    {
        for (var i = 0; i < Math.Max(questions.Length, facts.Length); i++)
        {
            if (i >= facts.Length)
            {
                return BreachOf(entry, BreachKind.FactMissing, NameOf(questions[i]), "no fact");
            }

            if (i >= questions.Length || !Answers(facts[i], questions[i]))
            {
                var expected = i < questions.Length ? NameOf(questions[i]) : "no fact";
                return BreachOf(
                    entry, BreachKind.FactNotAsked, expected, $"{facts[i].Value.GetType().Name} of {facts[i].Chain}");
            }

            if (CheckAge(entry, facts[i]) is { } wrongAge)
            {
                return wrongAge;
            }
        }

        return null;
    }

    private static Breach? CheckAge(Entry entry, CitedFact fact)
    {
        var oldest = entry.RecordedAt.Value - FactAgeMillisecondsMax;
        return fact.ReadAt switch
        {
            var readAt when readAt > entry.RecordedAt =>
                BreachOf(entry, BreachKind.FactFromFuture, $"at most {entry.RecordedAt}", $"{readAt}"),
            var readAt when readAt.Value < oldest => BreachOf(
                entry, BreachKind.FactTooOld, $"at least {new UnixMilliseconds(Math.Max(oldest, 0))}", $"{readAt}"),
            _ when fact.Chain == entry.Chain && fact.Head.Index >= entry.Index =>
                BreachOf(entry, BreachKind.CitedHeadMissing, "an entry before this one", $"{fact.Head.Index}"),
            _ => null,
        };
    }

    // What was measured of content cannot be asked again: it must at least be about what was asked.
    private static bool Answers(CitedFact fact, FactQuestion question) =>
        fact.Chain == question.Chain && (question, fact.Value) switch
        {
            (ContentQuestion asked, ContentFact measured) => measured.Revision == asked.Revision,
            (ContentQuestion, _) or (_, ContentFact) => false,
            _ => true,
        };

    private static Breach? CompareEvents(Entry entry, ImmutableArray<Event> events)
    {
        if (events.Length != entry.Events.Count)
        {
            return BreachOf(
                entry, BreachKind.EventsDiffer, $"{events.Length} events", $"{entry.Events.Count} events");
        }

        for (var i = 0; i < events.Length; i++)
        {
            var expected = WireCatalog.Record(events[i], entry.Command);
            if (!SameBytes(expected, entry.Events[i]))
            {
                return BreachOf(
                    entry, BreachKind.EventsDiffer, $"event {i}: {Show(expected)}",
                    $"event {i}: {Show(entry.Events[i])}");
            }
        }

        return null;
    }

    private static bool SameBytes(RecordedEvent left, RecordedEvent right) =>
        left.Type == right.Type && left.Version == right.Version
        && left.Fields.HasValue == right.Fields.HasValue
        && left.Fields.GetValueOrDefault().Span.SequenceEqual(right.Fields.GetValueOrDefault().Span);

    private static string NameOf(FactQuestion question) =>
        $"an answer to {question.GetType().Name} of {question.Chain}";

    private static string Show(RecordedEvent @event) => @event.Fields is { } fields
        ? $"{@event.Type} {Convert.ToHexStringLower(fields.Span)}"
        : $"{@event.Type} with the fields of the command";
}
