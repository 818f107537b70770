using System.Collections.Concurrent;
using Exchange.Benchmarks.World;
using Exchange.Cluster.Hosts;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Engine.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Exchange.Cluster.Tests;

/// <summary>A silo that cannot serve leaves those that can, and nobody leaves for the trouble of all.</summary>
public sealed class FitnessTests
{
    [ServerFact]
    public async Task A_silo_that_cannot_serve_leaves_another_that_can()
    {
        using var database = TestDatabase.Create();
        Health good = new(), bad = new();
        await using var stays = await StartAsync(database, good);
        var leaves = await StartAsync(database, bad);

        bad.Reason = "The clock is off.";
        await StoppingAsync(leaves);
        await leaves.DisposeAsync();

        await new Parties(stays.Exchange).RegisterAsync();
        Assert.False(IsStopping(stays));
    }

    [ServerFact]
    public async Task A_silo_whose_checks_do_not_end_leaves_another_that_can_serve()
    {
        using var database = TestDatabase.Create();
        Health good = new(), bad = new();
        await using var stays = await StartAsync(database, good);
        await using var leaves = await StartAsync(database, bad);

        bad.Held = new TaskCompletionSource().Task;
        await StoppingAsync(leaves);

        Assert.False(IsStopping(stays));
    }

    [ServerFact]
    public async Task A_silo_that_is_told_to_leave_and_does_not_is_ended()
    {
        using var database = TestDatabase.Create();
        Health good = new(), bad = new();
        await using var stays = await StartAsync(database, good);
        await using var leaves = await StartAsync(database, bad);

        // Nobody stops the host here.
        bad.Reason = "The clock is off.";
        await UntilAsync(() => !bad.Ends.IsEmpty, "a process that goes on");

        Assert.True(IsStopping(leaves));
        Assert.Empty(good.Ends);
    }

    [ServerFact]
    public async Task Silos_that_all_cannot_serve_stay_until_one_can()
    {
        using var database = TestDatabase.Create();
        Health one = new(), other = new();
        await using var first = await StartAsync(database, one);
        await using var second = await StartAsync(database, other);

        (one.Reason, other.Reason) = ("The database is away.", "The database is away.");
        await LookedAsync(one, 30);
        await LookedAsync(other, 30);
        Assert.False(IsStopping(first) || IsStopping(second));
        one.Reason = null;
        await StoppingAsync(second);

        Assert.False(IsStopping(first));
    }

    [ServerFact]
    public async Task A_silo_stays_for_what_one_that_wrote_nothing_cannot_know()
    {
        using var database = TestDatabase.Create();
        Health idle = new(), writes = new();
        await using var other = await StartAsync(database, idle);
        await using var silo = await StartAsync(database, writes);

        writes.Refusal = StoreRefusal.NotCommitting;
        writes.Reason = "The store refuses it.";
        await LookedAsync(writes, 20);

        // Once, for whoever wonders why nothing is stored.
        Assert.Single(writes.Log.Texts, text => text.Contains("The store refuses it.", StringComparison.Ordinal));
        writes.Refusal = StoreRefusal.TailMissing;
        await LookedAsync(writes, 20);
        writes.Refusal = StoreRefusal.AnotherStore;
        await LookedAsync(writes, 20);
        Assert.False(IsStopping(silo) || IsStopping(other));
        writes.Refusal = StoreRefusal.ReadOnly;
        await StoppingAsync(silo);

        Assert.False(IsStopping(other));
    }

    [ServerFact]
    public async Task A_silo_that_leaves_anyway_does_not_end_itself()
    {
        using var database = TestDatabase.Create();
        Health good = new(), bad = new();
        await using var stays = await StartAsync(database, good);
        await using var leaves = await StartAsync(database, bad);
        var looking = leaves.Services.GetServices<IHostedService>().OfType<FitToStay>().Single();

        // Its requests are still open: nobody stops the host yet.
        leaves.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var looks = bad.Looks;
        bad.Reason = "The store does not answer in time.";
        await looking.ExecuteTask!;

        Assert.InRange(bad.Looks - looks, 0, OwnHealth.LooksMax - 1);
    }

    [ServerFact]
    public async Task A_silo_that_can_serve_now_and_then_stays()
    {
        using var database = TestDatabase.Create();
        Health good = new(), bad = new();
        await using var other = await StartAsync(database, good);
        await using var silo = await StartAsync(database, bad);

        // Four looks in a row, as after standing still, are not enough.
        bad.GoodEvery = 5;
        bad.Reason = "The store does not answer in time.";
        await LookedAsync(bad, 50);
        Assert.False(IsStopping(silo));
        bad.GoodEvery = 0;
        await StoppingAsync(silo);

        Assert.False(IsStopping(other));
    }

    [ServerFact]
    public async Task A_silo_that_cannot_serve_does_not_join()
    {
        using var database = TestDatabase.Create();
        await using var silo = await StartAsync(database, new());
        var bad = new Health { Reason = "The clock is off." };

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(database, bad));

        Assert.Contains("The clock is off.", fault.Message, StringComparison.Ordinal);
        Assert.Single(silo.Services.GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatuses());
    }

    private static Task<TestNode> StartAsync(TestDatabase database, Health health) => TestNode.StartSiloAsync(
        database, TimeProvider.System,
        silo =>
        {
            silo.Services.AddHealthChecks().AddCheck("own", health);
            silo.Services.AddSingleton<ILogger<FitToStay>>(
                new Logger<FitToStay>(new LoggerFactory([health.Log])));
            silo.Services.AddSingleton<IFatalErrorHandler>(health);
        },
        with: setup => setup with { LookEvery = TimeSpan.FromMilliseconds(200) });

    private static bool IsStopping(TestNode node) =>
        node.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    private static Task StoppingAsync(TestNode node) => UntilAsync(() => IsStopping(node), "a silo that stays");

    private static Task LookedAsync(Health health, int times)
    {
        var enough = health.Looks + times;
        return UntilAsync(() => health.Looks >= enough, "too few looks");
    }

    private static Task UntilAsync(Func<bool> isSo, string found) =>
        Until.IsSoAsync(isSo, () => found, TimeSpan.FromMinutes(2));

    /// <summary>A check of one silo, and what would end its process.</summary>
    private sealed class Health : IHealthCheck, IFatalErrorHandler
    {
        private int _looks;

        internal int Looks => Volatile.Read(ref _looks);

        internal volatile string? Reason;

        /// <summary>What the store refuses it for, beside the reason.</summary>
        internal StoreRefusal? Refusal { get; set; }

        internal Task Held { get; set; } = Task.CompletedTask;

        /// <summary>Which looks find it good whatever is said; none with 0.</summary>
        internal int GoodEvery { get; set; }

        internal ConcurrentQueue<string?> Ends { get; } = [];

        /// <summary>What the silo says of leaving and staying.</summary>
        internal KeptLog Log { get; } = new();

        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var looks = Interlocked.Increment(ref _looks);
            await Held;
            return Reason is not { } why || (GoodEvery > 0 && looks % GoodEvery == 0)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(why, data: Refusal is not { } refusal ? null
                    : ImmutableDictionary<string, object>.Empty.Add(nameof(StoreRefusal), refusal));
        }

        public bool IsUnexpected(Exception exception) => true;

        public void OnFatalException(
            object? sender = null, string? context = null, Exception? exception = null) => Ends.Enqueue(context);
    }
}
