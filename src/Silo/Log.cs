using Microsoft.Extensions.Logging;

namespace Exchange.Silo;

/// <summary>What a node says about itself. Events 5001 to 5099.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "Closed {Count} deliveries of an earlier run as lost")]
    internal static partial void Recovered(ILogger logger, int count);

    [LoggerMessage(
        EventId = 5002, Level = LogLevel.Critical,
        Message = "The store no longer knows what it stored; the node ends and the next start finds out")]
    internal static partial void StoreFailed(ILogger logger, Exception reason);
}
