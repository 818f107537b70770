using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine;

/// <summary>What the engine tells its operator. No message carries personal data: chains and indexes only.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2101, Level = LogLevel.Error, Message = "Chain {Chain} broken at {Index}: {Reason}")]
    internal static partial void ChainBroken(ILogger logger, ChainId chain, long index, string reason);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning,
        Message = "A part of {Chain} was not stored: {Outcome}, attempt {Attempt}")]
    internal static partial void PartNotStored(ILogger logger, ChainId chain, AppendOutcome outcome, int attempt);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Error, Message = "The store broke while it appended to {Chain}")]
    internal static partial void AppendBroke(ILogger logger, ChainId chain, Exception error);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Error, Message = "A batch of {Count} for {Chain} failed")]
    internal static partial void BatchFailed(ILogger logger, ChainId chain, int count, Exception error);

    [LoggerMessage(EventId = 2105, Level = LogLevel.Error, Message = "A command to {Chain} met a broken outside world")]
    internal static partial void NotSubmitted(ILogger logger, ChainId chain, Exception error);

    [LoggerMessage(EventId = 2111, Level = LogLevel.Warning, Message = "The snapshot of {Chain} cannot be read")]
    internal static partial void SnapshotUnreadable(ILogger logger, ChainId chain, Exception error);

    [LoggerMessage(EventId = 2112, Level = LogLevel.Error,
        Message = "The snapshot of {Chain} names a head at {Index} that is not on the chain")]
    internal static partial void SnapshotOffChain(ILogger logger, ChainId chain, long index);

    [LoggerMessage(EventId = 2113, Level = LogLevel.Warning, Message = "A snapshot of {Chain} was not written")]
    internal static partial void SnapshotNotWritten(ILogger logger, ChainId chain, Exception error);

    [LoggerMessage(EventId = 2121, Level = LogLevel.Information, Message = "Exchange {Exchange} initialised")]
    internal static partial void Initialised(ILogger logger, ExchangeId exchange);

    [LoggerMessage(EventId = 2131, Level = LogLevel.Warning, Message = "Step {Step} of {Chain} parked: {Reason}")]
    internal static partial void StepParked(ILogger logger, string step, ChainId chain, Refusal reason);

    [LoggerMessage(EventId = 2132, Level = LogLevel.Warning, Message = "Step {Step} of {Chain} waits: {Why}")]
    internal static partial void StepWaits(ILogger logger, string step, ChainId chain, string why);

    [LoggerMessage(EventId = 2134, Level = LogLevel.Error, Message = "Due work {Kind} of {Chain} failed")]
    internal static partial void StepFailed(
        ILogger logger, Exchange.Grains.Agreements.DueWorkKind kind, ChainId chain, Exception error);

    [LoggerMessage(EventId = 2133, Level = LogLevel.Error, Message = "A pass over the due work failed")]
    internal static partial void PassFailed(ILogger logger, Exception error);

    [LoggerMessage(EventId = 2141, Level = LogLevel.Warning,
        Message = "Delivery {Delivery} of {Agreement} stopped: {Reason}")]
    internal static partial void DeliveryUnlawful(
        ILogger logger, ChainId agreement, GrainKey delivery, Refusal reason);

    [LoggerMessage(EventId = 2142, Level = LogLevel.Warning,
        Message = "Delivery {Delivery} of {Agreement} did not move and was aborted")]
    internal static partial void DeliveryStalled(ILogger logger, ChainId agreement, GrainKey delivery);

    [LoggerMessage(EventId = 2143, Level = LogLevel.Warning, Message = "Delivery {Delivery} of {Agreement} broke")]
    internal static partial void DeliveryBroke(
        ILogger logger, ChainId agreement, GrainKey delivery, Exception error);

    [LoggerMessage(EventId = 2144, Level = LogLevel.Warning,
        Message = "Delivery {Delivery} of {Agreement} is not ended yet: {Why}")]
    internal static partial void DeliveryNotEnded(ILogger logger, ChainId agreement, GrainKey delivery, string why);

    [LoggerMessage(EventId = 2145, Level = LogLevel.Error,
        Message = "Delivery {Delivery} of {Agreement} could not be closed and is tried again")]
    internal static partial void DeliveryNotClosed(
        ILogger logger, ChainId agreement, GrainKey delivery, Exception error);

    [LoggerMessage(EventId = 2146, Level = LogLevel.Error,
        Message = "Delivery {Delivery} of {Agreement} found no content {Content}")]
    internal static partial void ContentMissing(
        ILogger logger, ChainId agreement, GrainKey delivery, Digest content);

    [LoggerMessage(EventId = 2161, Level = LogLevel.Error, Message = "Evidence {Evidence} could not be made")]
    internal static partial void EvidenceFailed(ILogger logger, GrainKey evidence, Exception error);

    [LoggerMessage(EventId = 2162, Level = LogLevel.Error, Message = "Evidence misses the content {Content}")]
    internal static partial void EvidenceMisses(ILogger logger, Digest content);

    [LoggerMessage(EventId = 2171, Level = LogLevel.Information, Message = "Took the lease {Name}, epoch {Epoch}")]
    internal static partial void LeaseTaken(ILogger logger, LeaseName name, long epoch);

    [LoggerMessage(EventId = 2172, Level = LogLevel.Warning, Message = "Lost the lease {Name}, epoch {Epoch}")]
    internal static partial void LeaseLost(ILogger logger, LeaseName name, long epoch);

    [LoggerMessage(EventId = 2173, Level = LogLevel.Warning, Message = "The lease {Name} was not given back")]
    internal static partial void LeaseNotReleased(ILogger logger, LeaseName name, Exception error);

    [LoggerMessage(EventId = 2174, Level = LogLevel.Warning, Message = "A lease was not renewed: {Reason}")]
    internal static partial void LeaseNotAsked(ILogger logger, string reason);

    [LoggerMessage(EventId = 2176, Level = LogLevel.Error, Message = "A lease could not be renewed and is asked again")]
    internal static partial void LeaseBroke(ILogger logger, Exception error);

    [LoggerMessage(EventId = 2175, Level = LogLevel.Warning,
        Message = "The run {Run} lost its lease and is over; the node goes on as {Next}")]
    internal static partial void RunLost(ILogger logger, GrainKey run, GrainKey next);

    [LoggerMessage(EventId = 2147, Level = LogLevel.Warning,
        Message = "Delivery {Delivery} of {Agreement} stopped: its run lost its lease")]
    internal static partial void DeliveryRunLost(ILogger logger, ChainId agreement, GrainKey delivery);

    [LoggerMessage(EventId = 2122, Level = LogLevel.Information,
        Message = "Another node initialised exchange {Exchange} first")]
    internal static partial void InitialisedElsewhere(ILogger logger, ExchangeId exchange);
}
