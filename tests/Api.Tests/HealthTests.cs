using System.Net;
using Exchange.Engine.Ports;
using Exchange.Store.Memory;

namespace Exchange.Api.Tests;

/// <summary>Alive is who answers; ready is who may serve.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_node_whose_store_is_gone_is_alive_and_not_ready_until_it_is_back()
    {
        await using var node = await TestNode.StartAsync();
        node.Faults.IsDown = true;

        var alive = await node.WithToken(null).Get("/health/live");
        var gone = await node.WithToken(null).Get("/health/ready");
        node.Faults.IsDown = false;
        var back = await node.WithToken(null).Get("/health/ready");

        Assert.Equal(HttpStatusCode.OK, alive.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, gone.Status);
        Assert.Equal(HttpStatusCode.OK, back.Status);
    }

    [Theory]
    [InlineData(-2_500, false)]
    [InlineData(-1_500, true)]
    [InlineData(1_500, true)]
    [InlineData(2_500, false)]
    public async Task A_node_is_ready_only_within_two_seconds_of_its_stores_clock(int off, bool isReady)
    {
        await using var node = await TestNode.StartAsync(
            new TestNodeParts { Health = new(new OffClock(TimeSpan.FromMilliseconds(off))) });

        var reply = await node.WithToken(null).Get("/health/ready");

        Assert.Equal(isReady ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, reply.Status);
    }

    [Fact]
    public async Task A_store_that_refuses_says_why_and_the_node_is_not_ready()
    {
        var health = new MemoryHealth(TimeProvider.System);
        await using var node = await TestNode.StartAsync(new TestNodeParts { Health = health });

        foreach (var refusal in Enum.GetValues<StoreRefusal>())
        {
            health.Refusal = refusal;
            using var reply = await node.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            var text = await reply.Content.ReadAsStringAsync();

            Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
            Assert.StartsWith("Unhealthy\nThe store", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_store_that_hangs_holds_up_nobody_who_asks()
    {
        var health = new MemoryHealth(TimeProvider.System) { Held = new TaskCompletionSource().Task };
        await using var node = await TestNode.StartAsync(new TestNodeParts { Health = health });

        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reply = await node.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), bound.Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
    }

    private sealed class OffClock(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + off;
    }
}
