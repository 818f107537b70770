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
}
