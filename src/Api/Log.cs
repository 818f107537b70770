using Microsoft.Extensions.Logging;

namespace Exchange.Api;

/// <summary>
/// What the API tells the operator. Never a path, a value or a name: requests are known by their ids. Events 4001 to
/// 4099.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Debug, Message = "The caller of request {Request} left")]
    internal static partial void CallerLeft(ILogger logger, string request);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Warning, Message = "Request {Request}: the store cannot be asked")]
    internal static partial void StoreUnavailable(ILogger logger, Exception exception, string request);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Error, Message = "Request {Request} failed")]
    internal static partial void RequestFailed(ILogger logger, Exception exception, string request);

    [LoggerMessage(EventId = 4005, Level = LogLevel.Error, Message = "Request {Request}: a chain does not verify")]
    internal static partial void ChainBroken(ILogger logger, Exception exception, string request);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Information, Message = "Delivery {Delivery} ended as {Outcome}")]
    internal static partial void DeliveryEnded(
        ILogger logger, GrainKey delivery, Grains.Agreements.DeliveryOutcome outcome);
}
