using System.Net;
using System.Runtime.CompilerServices;
using Exchange.Engine.Ports;
using Exchange.Ledger;

namespace Exchange.Api.Tests;

/// <summary>A chain that does not verify is told to those who read as to those who write.</summary>
public sealed class BrokenChainTests
{
    [Fact]
    public async Task A_history_that_does_not_verify_is_told_as_such_and_not_as_a_fault_of_the_node()
    {
        TornLedger? ledger = null;
        await using var node = await TestNode.StartAsync(new TestNodeParts
        {
            Ledger = store => ledger = new(store),
        });
        var caller = node.As("operator/self");
        (await caller.Post("/v1/departments", Story.DepartmentBody("torn", 1))).Created();
        var now = (await caller.Get("/v1/departments/torn")).Ok().Json["asOf"]!.GetValue<string>();
        var then = $"/v1/departments/torn?at={Uri.EscapeDataString(now)}";
        (await Poll.Until(() => caller.Get(then), reply => reply.Status != HttpStatusCode.Conflict)).Ok();

        ledger!.IsTorn = true;
        var broken = await caller.Get(then);

        broken.Problem(HttpStatusCode.ServiceUnavailable, "chain-broken");
        Assert.False(broken.Json["retryable"]!.GetValue<bool>());
        Assert.Equal("60", broken.Headers["Retry-After"]);
        Assert.Contains(4005, node.Log.Numbers);
    }

    /// <summary>Lacks the end of each entry, as a torn file does.</summary>
    private sealed class TornLedger(ILedgerStore store) : PassingLedger(store)
    {
        internal bool IsTorn { get; set; }

        public override async IAsyncEnumerable<StoredEntry> ReadChainAsync(
            ChainId chain, EntryIndex from, EntryIndex? through,
            [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var entry in base.ReadChainAsync(chain, from, through, cancellationToken))
            {
                yield return IsTorn ? entry with { Bytes = entry.Bytes[..^1] } : entry;
            }
        }
    }
}
