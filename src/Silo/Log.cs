using Microsoft.Extensions.Logging;

namespace Exchange.Silo;

/// <summary>What a node says about itself. Events 5001 to 5099.</summary>
internal static partial class Log
{
    [LoggerMessage(
        EventId = 5001, Level = LogLevel.Information, Message = "Closed {Count} deliveries of an earlier run as lost")]
    internal static partial void Recovered(ILogger logger, int count);

    [LoggerMessage(
        EventId = 5002, Level = LogLevel.Critical,
        Message = "The store no longer knows what it stored; the node ends and the next start finds out")]
    internal static partial void StoreFailed(ILogger logger, Exception reason);

    [LoggerMessage(
        EventId = 5003, Level = LogLevel.Information, Message = "Aborted {Count} deliveries that nobody read")]
    internal static partial void UnclaimedAborted(ILogger logger, int count);

    [LoggerMessage(
        EventId = 5007, Level = LogLevel.Information,
        Message = "Ended {Count} deliveries that were streamed while their end could not be stored")]
    internal static partial void StreamedEnded(ILogger logger, int count);

    [LoggerMessage(
        EventId = 5004, Level = LogLevel.Warning,
        Message = "Deliveries that were not read or not ended were left alone until the next round")]
    internal static partial void RoundFailed(ILogger logger, Exception reason);

    [LoggerMessage(
        EventId = 5005, Level = LogLevel.Information,
        Message = "Collected {Count} pieces of content that nothing names")]
    internal static partial void Collected(ILogger logger, int count);

    [LoggerMessage(
        EventId = 5008, Level = LogLevel.Information, Message = "The node stops before it had joined: {Reason}")]
    internal static partial void NotLeft(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5006, Level = LogLevel.Error, Message = "A chore of the exchange failed; it is tried again")]
    internal static partial void ChoreFailed(ILogger logger, Exception fault);

    [LoggerMessage(
        EventId = 5010, Level = LogLevel.Warning,
        Message = "Spans are lost, or the export of traces is not set up as it was meant: {Trouble}")]
    internal static partial void TraceTrouble(ILogger logger, string trouble);
}
