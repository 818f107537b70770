using System.Diagnostics;

namespace Exchange.Cluster.Hosts;

// family: both ends of a call's trace

/// <summary>
/// Sends the place of a caller in its trace with its call; of one that is not recorded too, where somebody listens, or
/// the silo would begin a trace of its own for it. Orleans' own way does so only where somebody listens to Orleans, and
/// writes the names of grains, which are people's, into traces.
/// </summary>
internal sealed class TraceSending : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } here && (here.Recorded || Traces.IsWanted)
            ? InvokeTracedAsync(context, here)
            : context.Invoke();

    // What an asynchronous method sets goes with this call and with none that the caller makes later.
    private static async Task InvokeTracedAsync(IOutgoingGrainCallContext context, Activity here)
    {
        RequestContext.Set(Traces.ParentName, here.Id!);
        RequestContext.Set(Traces.StateName, here.TraceStateString ?? "");
        await context.Invoke();
    }
}

/// <summary>Goes on with the trace that came with a call to a chain.</summary>
internal sealed class TraceReceiving : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context) =>
        Traces.IsWanted && context.Grain is IChainGrain ? InvokeTracedAsync(context) : context.Invoke();

    private static async Task InvokeTracedAsync(IIncomingGrainCallContext context)
    {
        using var call = Traces.StartCall(
            RequestContext.Get(Traces.ParentName) as string, RequestContext.Get(Traces.StateName) as string);
        await context.Invoke();
    }
}
