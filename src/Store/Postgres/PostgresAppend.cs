using System.Diagnostics;

namespace Exchange.Store.Postgres;

/// <summary>A part that waits for its outcome. What is set below belongs to the writer that took it.</summary>
internal sealed class PostgresAppend(ChainPart part)
    // The writer must never run what waits for it.
    : TaskCompletionSource<AppendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    internal EncodedPart Encoded { get; } = new(part);

    /// <summary>Where in a trace the part was handed over.</summary>
    internal ActivityContext Caller { get; } = Engine.Traces.Here;

    internal ChainPart Part => Encoded.Part;

    /// <summary>The number of the chain, or the one that it would get.</summary>
    internal long Number { get; set; }

    /// <summary>Whether the part begins its chain.</summary>
    internal bool IsNew => Part.Expected.IsEmpty;

    /// <summary>What is known so far; nothing while the part is still to be written.</summary>
    internal AppendOutcome? Outcome { get; set; }

    internal ChainHead NewHead => new(Part.Entries[^1].Index, Part.Entries[^1].Hash);
}
