using System.Net;
using Exchange.Api.Http;
using Exchange.Engine.Ports;
using Exchange.Store.Memory;
using Microsoft.Extensions.Diagnostics.HealthChecks;

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
    public async Task A_node_whose_clock_was_ahead_and_went_back_is_not_ready_until_it_records_again()
    {
        var clock = new OffClock(TimeSpan.FromHours(1));
        await using var node = await TestNode.StartAsync(new TestNodeParts { Clock = clock });
        var caller = node.As("operator/self");
        (await caller.Post("/v1/departments", Story.DepartmentBody("before", 1))).Created();
        var ahead = await caller.Get("/health/ready");

        clock.Off = TimeSpan.Zero;
        var behind = await caller.Get("/health/ready");
        var refused = await caller.Post("/v1/departments", Story.DepartmentBody("behind", 2));
        clock.Off = TimeSpan.FromHours(1);
        var right = await caller.Get("/health/ready");

        Assert.Equal(HttpStatusCode.OK, ahead.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, behind.Status);
        Assert.Contains("behind times that it gave", behind.Text, StringComparison.Ordinal);
        refused.Problem(HttpStatusCode.ServiceUnavailable, "clock-behind");
        Assert.Equal(HttpStatusCode.OK, right.Status);
    }

    [Fact]
    public async Task A_node_that_gives_no_times_is_ready_though_its_clock_was_ahead()
    {
        var clock = new OffClock(TimeSpan.FromHours(1));
        await using var node = await TestNode.StartAsync(new TestNodeParts { Clock = clock });
        (await node.As("operator/self").Post("/v1/departments", Story.DepartmentBody("before", 1))).Created();
        clock.Off = TimeSpan.Zero;

        var decides = await new StoreHealth(new MemoryHealth(clock), node.Ledger, clock, node.Exchange.Clock)
            .CheckHealthAsync(new());
        var passesOn = await new StoreHealth(new MemoryHealth(clock), node.Ledger, clock).CheckHealthAsync(new());

        Assert.Equal(
            (HealthStatus.Unhealthy, HealthStatus.Healthy), (decides.Status, passesOn.Status));
    }

    [Fact]
    public async Task A_look_at_a_store_that_refuses_tells_the_refusal_beside_the_words()
    {
        var health = new MemoryHealth(TimeProvider.System);
        await using var node = await TestNode.StartAsync();
        var look = new StoreHealth(health, node.Ledger, TimeProvider.System, node.Exchange.Clock);

        foreach (var refusal in Enum.GetValues<StoreRefusal>())
        {
            health.Refusal = refusal;
            var found = await look.CheckHealthAsync(new());

            Assert.Equal(refusal, found.Data[nameof(StoreRefusal)]);
        }
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
        internal TimeSpan Off { get; set; } = off;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Off;
    }
}
