using System.Diagnostics;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Pipeline;

/// <summary>What a batch of commands comes to: pure, so that nothing is believed before it is stored.</summary>
/// <param name="Part">What to append; nothing where no command was accepted.</param>
/// <param name="Answers">One for each command, in order; those of accepted ones hold only once the part is
/// stored.</param>
/// <param name="After">What the grain believes once the part is stored.</param>
public sealed record BatchDecision(ChainPart? Part, ImmutableArray<SubmitOutcome> Answers, Belief After)
{
    /// <summary>How old a fact may be when it is recorded.</summary>
    public const int FactAgeMillisecondsMax = 10_000;

    /// <summary>Decides commands in their order, each on the state that those before it left.</summary>
    public static BatchDecision Decide(
        BatchSetting setting, Belief before, IReadOnlyList<Submission> commands, BatchTimes times)
    {
        var working = new Working(setting, before, commands.Count);
        var answers = ImmutableArray.CreateBuilder<SubmitOutcome>(commands.Count);
        for (var i = 0; i < commands.Count; i++)
        {
            answers.Add(working.Decide(commands[i], times));
        }

        return new(working.Part(), answers.MoveToImmutable(), working.Belief);
    }

    private sealed class Working(BatchSetting setting, Belief before, int commandCount)
    {
        [ThreadStatic]
        private static CanonicalWriter? _writer;

        private readonly ImmutableArray<PendingEntry>.Builder _entries =
            ImmutableArray.CreateBuilder<PendingEntry>(Math.Min(commandCount, ChainPart.EntriesMax));

        private readonly ImmutableArray<RowChange>.Builder _rows = ImmutableArray.CreateBuilder<RowChange>();

        // One command cannot repeat another; only a larger batch pays for the table.
        private readonly Dictionary<CommandKey, (Digest Intent, SubmitOutcome.Accepted Answer)>? _known =
            commandCount > 1 ? [] : null;

        private readonly ChainVerifier _verifier = new(setting.Chain, before.Head, before.HeadTime);

        private readonly ChainHead _expected = before.Head;

        private ImmutableArray<ChainWithHead> _cited = [];
        private HashSet<ChainWithHead>? _citedBySeveral;

        internal Belief Belief { get; private set; } = before;

        internal ChainPart? Part() => _entries.Count == 0
            ? null
            : new(setting.Chain, _expected, _entries.DrainToImmutable(), _rows.DrainToImmutable())
            {
                Cited = _citedBySeveral is null ? _cited : [.. _citedBySeveral],
            };

        internal SubmitOutcome Decide(Submission submission, BatchTimes times)
        {
            var prepared = submission.Prepared;
            if (_known is not null && _known.TryGetValue(prepared.Key, out var known))
            {
                return known.Intent == prepared.Intent
                    ? known.Answer with { Replayed = true }
                    : Refused(Refusal.CommandIdReused);
            }

            if (prepared.Recorded.Fields.Length > Entry.CommandSizeBytesMax)
            {
                return Refused(Refusal.CommandTooLarge);
            }

            if (submission.Envelope.ExpectedHead is { } expected && expected != Belief.Head)
            {
                return Refused(Refusal.HeadMoved);
            }

            var time = TimeOf(submission.Envelope, times, out var oldest);
            if (times.WaitFor(time) is { } wait)
            {
                return new SubmitOutcome.Unavailable(UnavailableReason.ClockBehind, wait);
            }

            // A fact that grew too old while it waited is read again by the caller's next try.
            if (time.Value - oldest.Value > FactAgeMillisecondsMax)
            {
                return new SubmitOutcome.Unavailable(UnavailableReason.Overloaded, TimeSpan.FromSeconds(1));
            }

            return setting.Rules.Decide(Belief.State, submission.Envelope, time) switch
            {
                Decision.Refused refused => Refused(refused.Reason),
                Decision.Accepted accepted => Record(submission, accepted.Events, time),
                var other => throw new UnreachableException($"{other.GetType().Name} is no decision."),
            };
        }

        private SubmitOutcome Record(Submission submission, ImmutableArray<Event> events, UnixMilliseconds time)
        {
            var place = new EntryPlace(setting.Chain, Belief.Head.Index.Next, time);
            if (events.Length > Entry.EventsMax)
            {
                return Refused(Refusal.EntryTooLarge);
            }

            var bytes = Encode(submission, events, place);
            if (bytes.Length > Entry.SizeBytesMax)
            {
                return Refused(Refusal.EntryTooLarge);
            }

            // What everybody will verify later is verified before it is stored; the verifier also makes the hash.
            if (_verifier.Check(bytes) is not ChainCheck.Good and var check)
            {
                throw new UnreachableException($"The entry at {place.Index} would not verify: {check}.");
            }

            var state = Belief.State;
            foreach (var @event in events)
            {
                state = setting.Rules.Apply(state, @event, place);
            }

            var rows = setting.Rules.Rows(Belief.State, state, events, place);
            var prepared = submission.Prepared;
            var receipt = new Receipt(setting.Exchange, place.Chain, place.Index, _verifier.Head.Hash, time);
            var answer = new SubmitOutcome.Accepted(receipt, Replayed: false, rows);
            _rows.AddRange(rows);
            _entries.Add(new(
                place.Index, receipt.Hash, time, prepared.Key.Actor, prepared.Key.CommandId, prepared.Intent, bytes));
            _known?.Add(prepared.Key, (prepared.Intent, answer));
            Belief = new(_verifier.Head, time, state);
            Cite(submission.Cited);
            return answer;
        }

        private void Cite(ImmutableArray<ChainWithHead> cited)
        {
            if (_cited.IsEmpty)
            {
                _cited = cited;
                return;
            }

            _citedBySeveral ??= [.. _cited];
            _citedBySeveral.UnionWith(cited);
        }

        private byte[] Encode(Submission submission, ImmutableArray<Event> events, EntryPlace place)
        {
            var command = submission.Prepared.Recorded;
            var recordedEvents = new RecordedEvent[events.Length];
            for (var i = 0; i < events.Length; i++)
            {
                recordedEvents[i] = WireCatalog.Record(events[i], command);
            }

            var facts = submission.Envelope.Facts;
            var recordedFacts = facts.IsDefaultOrEmpty ? [] : new RecordedFact[facts.Length];
            for (var i = 0; i < recordedFacts.Length; i++)
            {
                recordedFacts[i] = WireCatalog.Record(facts[i]);
            }

            var writer = _writer ??= new();
            writer.Reset();
            EntryCodec.Write(writer, new Entry
            {
                Chain = place.Chain,
                Index = place.Index,
                Previous = Belief.Head.Hash,
                RecordedAt = place.RecordedAt,
                Actor = submission.Envelope.Actor,
                CommandId = submission.Envelope.Id,
                Command = command,
                Rules = GrainRules.Version,
                Facts = recordedFacts,
                Events = recordedEvents,
                Salt = setting.Salt(place.Chain, place.Index),
            });
            return writer.ToArray();
        }

        private UnixMilliseconds TimeOf(CommandEnvelope envelope, BatchTimes times, out UnixMilliseconds oldest)
        {
            var time = UnixMilliseconds.Max(times.Least, Belief.HeadTime);
            oldest = time;
            if (envelope.Facts.IsDefaultOrEmpty)
            {
                return time;
            }

            foreach (var fact in envelope.Facts)
            {
                time = UnixMilliseconds.Max(time, fact.ReadAt);
                oldest = fact.ReadAt < oldest ? fact.ReadAt : oldest;
            }

            return time;
        }

        private static SubmitOutcome.Refused Refused(Refusal reason) => new(reason);
    }
}

/// <summary>The salt of an entry; set by the pipeline, no part of the decision.</summary>
public delegate EntrySalt SaltOf(ChainId chain, EntryIndex index);

/// <summary>What does not change between the batches of a grain.</summary>
public sealed record BatchSetting(ExchangeId Exchange, ChainId Chain, GrainRules Rules, SaltOf Salt);
