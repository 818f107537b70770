using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Exchange.Cluster;

/// <summary>What a node of a cluster says about the cluster. Events 6001 to 6099.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "A call to {Chain} got no answer: {Reason}")]
    internal static partial void CallLost(ILogger logger, ChainId chain, string reason);

    [LoggerMessage(
        EventId = 6002, Level = LogLevel.Warning,
        Message = "Whether the call to {Chain} was executed could not be looked up: {Reason}")]
    internal static partial void NotLookedUp(ILogger logger, ChainId chain, string reason);

    [LoggerMessage(
        EventId = 6003, Level = LogLevel.Information,
        Message = "An older release is in the cluster: messages go out in form {Version} instead of {Newest}")]
    internal static partial void OlderForm(ILogger logger, int version, int newest);

    [LoggerMessage(EventId = 6004, Level = LogLevel.Warning, Message = "{Chain} could not be loaded yet: {Reason}")]
    internal static partial void NotLoaded(ILogger logger, ChainId chain, string reason);

    [LoggerMessage(
        EventId = 6005, Level = LogLevel.Critical,
        Message = "The cluster takes this silo for dead, or it cannot go on ({Context}); the process ends")]
    internal static partial void DeclaredDead(ILogger logger, string? context, Exception? reason);

    [LoggerMessage(
        EventId = 6006, Level = LogLevel.Information, Message = "The jobs of the exchange are done on this silo now")]
    internal static partial void JobsBegun(ILogger logger);

    [LoggerMessage(EventId = 6007, Level = LogLevel.Error, Message = "A job of the exchange failed; it is tried again")]
    internal static partial void JobFailed(ILogger logger, Exception reason);

    [LoggerMessage(
        EventId = 6009, Level = LogLevel.Warning, Message = "The jobs of the exchange were not woken yet: {Reason}")]
    internal static partial void JobsNotWoken(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 6010, Level = LogLevel.Error,
        Message = "A call to {Chain} failed, and it or an earlier try may have been executed")]
    internal static partial void CallFailed(ILogger logger, ChainId chain, Exception reason);

    [LoggerMessage(
        EventId = 6011, Level = LogLevel.Warning, Message = "No silo answers for {Chain}, after {Tries} tries")]
    internal static partial void GaveUp(ILogger logger, ChainId chain, int tries);

    [LoggerMessage(
        EventId = 6012, Level = LogLevel.Error,
        Message = "The silo of {Chain} reads no form of messages up to {Newest}, but {Version}; nothing was done")]
    internal static partial void NoCommonForm(ILogger logger, ChainId chain, int newest, int version);

    [LoggerMessage(
        EventId = 6013, Level = LogLevel.Error,
        Message = "The look-up whether the call to {Chain} was executed failed")]
    internal static partial void LookUpFailed(ILogger logger, ChainId chain, Exception reason);

    [LoggerMessage(
        EventId = 6014, Level = LogLevel.Warning,
        Message = "This silo cannot serve: {Reason}")]
    internal static partial void CannotServe(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 6015, Level = LogLevel.Critical,
        Message = "Another silo can serve and this one cannot ({Reason}); it leaves, and the process ends")]
    internal static partial void Leaves(ILogger logger, string reason);

    [LoggerMessage(EventId = 6016, Level = LogLevel.Information, Message = "The silo {Silo} has joined")]
    internal static partial void SiloJoined(ILogger logger, SiloAddress silo);

    [LoggerMessage(EventId = 6017, Level = LogLevel.Information, Message = "The silo {Silo} is leaving")]
    internal static partial void SiloLeaves(ILogger logger, SiloAddress silo);

    [LoggerMessage(
        EventId = 6018, Level = LogLevel.Warning, Message = "The silo {Silo} is gone: it left or was declared dead")]
    internal static partial void SiloGone(ILogger logger, SiloAddress silo);

    [LoggerMessage(
        EventId = 6019, Level = LogLevel.Error,
        Message = "The state of {Chain} did not arrive from its silo; it is read from the store here")]
    internal static partial void ReadFailed(ILogger logger, ChainId chain, Exception reason);

    [LoggerMessage(EventId = 6008, Level = LogLevel.Warning, Message = "The cluster cannot be joined yet: {Reason}")]
    internal static partial void NotJoined(ILogger logger, string reason);
}
