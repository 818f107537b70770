using System.Diagnostics;

namespace Exchange.Store.Sqlite;

/// <summary>Something the writer does within a transaction that other jobs share.</summary>
internal abstract class WriteJob
{
    /// <summary>Where in a trace the job was made.</summary>
    internal ActivityContext Caller { get; } = Engine.Traces.Here;

    /// <summary>How many entries the job stores.</summary>
    internal virtual int Entries => 0;

    /// <summary>What the job holds in memory, roughly.</summary>
    internal abstract long SizeBytes { get; }

    /// <summary>Does the work. What it found becomes the answer only when the transaction has committed.</summary>
    internal abstract void Apply(SqliteWriter writer);

    /// <summary>The transaction is durable.</summary>
    internal abstract void Complete();

    /// <summary>Certainly not stored.</summary>
    internal abstract void AnswerUnavailable(Exception? reason);

    /// <summary>Certainly not stored: too many wait.</summary>
    internal virtual void AnswerOverloaded() => AnswerUnavailable(reason: null);

    /// <summary>Stored or not, nobody knows.</summary>
    internal abstract void AnswerUnknown(Exception reason);

    /// <summary>Certainly not stored, because of what was asked: the caller's bug.</summary>
    internal abstract void AnswerBug(Exception reason);
}

/// <summary>A job with an answer.</summary>
internal abstract class WriteJob<TAnswer> : WriteJob
{
    // The writer must never run what waits for it.
    private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<TAnswer> Answer => _answer.Task;

    internal void Set(TAnswer answer) => _answer.SetResult(answer);

    internal override void AnswerUnavailable(Exception? reason) =>
        _answer.SetException(new StoreUnavailableException("The store is too busy, full or closing.", reason));

    internal override void AnswerUnknown(Exception reason) =>
        _answer.SetException(new StoreUnavailableException("The store has failed.", reason));

    internal override void AnswerBug(Exception reason) => _answer.SetException(reason);
}
