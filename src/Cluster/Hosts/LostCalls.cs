using Orleans.Runtime;

namespace Exchange.Cluster.Hosts;

/// <summary>Tells calls that got no answer from calls that met a bug.</summary>
internal static class LostCalls
{
    /// <summary>Whether no grain answered: the silo died, left, stands still or cannot be reached.</summary>
    internal static bool IsLost(Exception error) =>
        error is OrleansException or TimeoutException or ObjectDisposedException or OperationCanceledException;

    /// <summary>Whether the call came to no grain at all.</summary>
    internal static bool IsSurelyNotExecuted(Exception error) => error is GatewayTooBusyException;
}
