using Microsoft.Extensions.Logging;

namespace Exchange.Store;

/// <summary>What the stores say. No names, no keys, no contents.</summary>
internal static partial class Log
{
    [LoggerMessage(
        EventId = 3101, Level = LogLevel.Critical, Message = "The store has failed; the process must end")]
    internal static partial void StoreFailed(ILogger logger, Exception fault);

    [LoggerMessage(
        EventId = 3102, Level = LogLevel.Error, Message = "A transaction of {Count} jobs was certainly not stored")]
    internal static partial void NotStored(ILogger logger, int count, Exception fault);

    [LoggerMessage(EventId = 3103, Level = LogLevel.Error, Message = "A job cannot be written")]
    internal static partial void JobRefused(ILogger logger, Exception bug);

    [LoggerMessage(
        EventId = 3104, Level = LogLevel.Warning, Message = "A checkpoint failed; the next one starts over")]
    internal static partial void CheckpointFailed(ILogger logger, Exception fault);

    [LoggerMessage(
        EventId = 3111, Level = LogLevel.Error,
        Message = "The database cannot be written; callers are told to come back until it can. {Reason}")]
    internal static partial void WriterLost(ILogger logger, string reason);

    [LoggerMessage(EventId = 3112, Level = LogLevel.Information, Message = "The database can be written again")]
    internal static partial void WriterBack(ILogger logger);

    [LoggerMessage(
        EventId = 3113, Level = LogLevel.Warning,
        Message = "A session ended during its commit; the outcome of {Count} parts is unknown. {Reason}")]
    internal static partial void OutcomeUnknown(ILogger logger, int count, string reason);

    [LoggerMessage(
        EventId = 3114, Level = LogLevel.Error, Message = "What was seen committed cannot be remembered on disk")]
    internal static partial void WatermarkNotKept(ILogger logger, Exception fault);

    [LoggerMessage(EventId = 3115, Level = LogLevel.Information, Message = "The tables were brought to {Name}")]
    internal static partial void Migrated(ILogger logger, string name);

    [LoggerMessage(EventId = 3116, Level = LogLevel.Critical, Message = "A writer met what it does not know")]
    internal static partial void WriterBroken(ILogger logger, Exception bug);

    [LoggerMessage(
        EventId = 3118, Level = LogLevel.Warning, Message = "The database still cannot be written. {Reason}")]
    internal static partial void WriterStillLost(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 3119, Level = LogLevel.Error,
        Message = "Entries are {Milliseconds} ms later than the database takes by its own clock, and were not stored. "
            + "Correct the clock of this node, or that of the database")]
    internal static partial void ClockAhead(ILogger logger, long milliseconds);

    [LoggerMessage(EventId = 3117, Level = LogLevel.Error, Message = "The server is not used: {Reason}")]
    internal static partial void ServerRefused(ILogger logger, string reason);
}
