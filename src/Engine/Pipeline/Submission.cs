using System.Diagnostics;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Pipeline;

// family: what waits in front of a grain

/// <summary>A command in its recorded form, encoded once for all that comes after.</summary>
/// <param name="Intent">The hash (0x11) of actor and command.</param>
public sealed record PreparedCommand(CommandRequest Request, RecordedCommand Recorded, Digest Intent)
{
    /// <summary>The key under which the command is recorded once for ever.</summary>
    public CommandKey Key => new(Request.Chain, Request.Actor.Id, Request.Id);

    /// <summary>Encodes a command.</summary>
    /// <exception cref="ArgumentException">
    /// The command holds what its own form does not admit. Recorded, it could never be read again, so it is the
    /// caller's
    /// fault now rather than a broken chain later.
    /// </exception>
    public static PreparedCommand Of(CommandRequest request)
    {
        var recorded = WireCatalog.Record(request.Command);
        return new(request, recorded, Hashes.Command(request.Actor.Id, recorded));
    }

    /// <summary>The answer to this command, where an earlier try had stored it.</summary>
    public SubmitOutcome? Reused(KnownCommand known) =>
        known.Intent == Intent ? null : new SubmitOutcome.Refused(Refusal.CommandIdReused);
}

/// <summary>Something that waits for a grain.</summary>
public abstract class GrainWork
{
    /// <summary>Answers with an exception: a broken outside world, or a bug.</summary>
    internal abstract void Fail(Exception error);
}

/// <summary>A command with its facts, and its caller's answer.</summary>
/// <param name="prepared">The command.</param>
/// <param name="envelope">The command with its facts.</param>
/// <param name="cited">The heads that facts, and what was found missing, were believed from without asking.</param>
public sealed class Submission(
    PreparedCommand prepared, CommandEnvelope envelope, ImmutableArray<ChainWithHead> cited) : GrainWork
{
    private readonly TaskCompletionSource<SubmitOutcome?> _outcome =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PreparedCommand Prepared { get; } = prepared;

    public CommandEnvelope Envelope { get; } = envelope;

    /// <summary>No answer may rest on these unless the store was asked or compares them.</summary>
    public ImmutableArray<ChainWithHead> Cited { get; } = cited;

    /// <summary>Where in a trace the command was given.</summary>
    internal ActivityContext Caller { get; } = Traces.Here;

    /// <summary>The answer; nothing where the facts have to be read again. Never cancelled.</summary>
    public Task<SubmitOutcome?> Outcome => _outcome.Task;

    internal void Answer(SubmitOutcome outcome) => _outcome.TrySetResult(outcome);

    /// <summary>Nothing came of it, because a fact was no longer true.</summary>
    internal void GiveBack() => _outcome.TrySetResult(null);

    internal override void Fail(Exception error) => _outcome.TrySetException(error);
}

/// <summary>A read that waits behind the commands before it.</summary>
public sealed class ReadRequest : GrainWork
{
    private readonly TaskCompletionSource<Belief> _belief = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<Belief> Belief => _belief.Task;

    internal void Answer(Belief belief) => _belief.TrySetResult(belief);

    internal override void Fail(Exception error) => _belief.TrySetException(error);
}

/// <summary>What a grain holds for the state of its chain, until the store says otherwise.</summary>
/// <param name="HeadTime">The time of the last entry; zero where there is none.</param>
public sealed record Belief(ChainHead Head, UnixMilliseconds HeadTime, GrainState State);
