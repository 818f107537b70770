using Exchange.Engine.Pipeline;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.Api.Http;

/// <summary>
/// A node is ready only where its store takes it, holds an exchange, answers in time, and agrees about the time: what
/// two nodes record must not contradict each other's clocks. Why a store refuses is in the result's data too, by the
/// name of its type: a cluster asks whether another node would have seen it.
/// </summary>
/// <param name="entries">The times that this node gives; nothing where it decides no command.</param>
internal sealed class StoreHealth(
    IStoreHealth store, ILedgerStore ledger, TimeProvider time, EntryClock? entries = null) : IHealthCheck
{
    /// <summary>How far the node's clock may be off its store's.</summary>
    internal const int ClockOffMillisecondsMax = 2_000;

    /// <summary>How long the store may take to answer.</summary>
    internal static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // A store that does not even hear of the cancellation must not hold up whoever asks.
            return await AskAsync(bound.Token).WaitAsync(AnswerTimeMax, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The store does not answer in time.");
        }
        catch (StoreUnavailableException)
        {
            return HealthCheckResult.Unhealthy("The store cannot be asked.");
        }
        finally
        {
            await bound.CancelAsync();
        }
    }

    /// <summary>Answers with the status and, where there is one, the reason on the next line.</summary>
    internal static Task WriteAsync(HttpContext http, HealthReport report)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        var reasons = report.Entries.Values.Select(entry => entry.Description).OfType<string>();
        return http.Response.WriteAsync(string.Join('\n', reasons.Prepend(report.Status.ToString())));
    }

    private async Task<HealthCheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var before = Now();
        var condition = await store.CheckAsync(cancellationToken);
        var after = Now();
        if (condition is StoreCondition.Refused { Reason: var reason })
        {
            return HealthCheckResult.Unhealthy(
                ReasonOf(reason), data: ImmutableDictionary<string, object>.Empty.Add(nameof(StoreRefusal), reason));
        }

        // The store read its clock somewhere between the two moments; only what lies outside of both is off.
        if (condition is StoreCondition.Good { Time: var its }
            && Math.Max(before.Value - its.Value, its.Value - after.Value) > ClockOffMillisecondsMax)
        {
            return HealthCheckResult.Unhealthy("The node's clock is more than 2 seconds off its store's.");
        }

        // It was ahead and went back: nothing is recorded until it has caught up, or the node is started again.
        if (entries is { IsBehind: true })
        {
            return HealthCheckResult.Unhealthy("The node's clock is more than 5 seconds behind times that it gave.");
        }

        var heads = await ledger.ReadHeadsAsync([GrainCatalog.Self], cancellationToken);
        return heads[0] is null
            ? HealthCheckResult.Unhealthy("The store holds no exchange.")
            : HealthCheckResult.Healthy();
    }

    private UnixMilliseconds Now() => new(time.GetUtcNow().ToUnixTimeMilliseconds());

    private static string ReasonOf(StoreRefusal reason) => reason switch
    {
        StoreRefusal.SchemaNotCurrent => "The store's tables are not those that this program knows.",
        StoreRefusal.ReadOnly => "The store takes no writes.",
        StoreRefusal.TailMissing => "The store lacks entries that this node acknowledged.",
        StoreRefusal.AnotherStore => "The store is not the one that this node acknowledged entries of.",
        StoreRefusal.Failed => "The store has failed; the process must end.",
        StoreRefusal.NotCommitting => "The store's commits fail or do not end; the node's log says why.",
        _ => throw new System.Diagnostics.UnreachableException(reason.ToString()),
    };
}
