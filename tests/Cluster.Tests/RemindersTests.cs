using Exchange.Benchmarks.World;
using Exchange.Cluster.Jobs;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Core.Internal;
using Orleans.Hosting;

namespace Exchange.Cluster.Tests;

/// <summary>The jobs of the exchange wake up by a reminder, whoever slept.</summary>
public sealed class RemindersTests
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(3);

    [ServerFact]
    public async Task A_reminder_alone_wakes_a_sleeping_agreement()
    {
        using var database = TestDatabase.Create();
        var calls = new CallsToJobs();
        await using var silo = await TestNode.StartSiloAsync(
            database, TimeProvider.System, more => more.AddOutgoingGrainCallFilter(calls),
            setup => setup with { RemindEvery = TimeSpan.FromSeconds(3) });
        await new Parties(silo.Exchange).RegisterAsync();

        // Asleep, as after the death of its silo: only the reminder knows of it, and is held back.
        await calls.SetUp.Task.WaitAsync(TimeMax);
        var jobs = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IExchangeJobsGrain>(ClusterNames.Jobs);
        await jobs.Cast<IGrainManagementExtension>().DeactivateOnIdle();
        var nobody = NodeRun.NewName();
        Lease? taken = null;
        await Until.IsSoAsync(
            async () => (taken = await silo.Store.Leases.TryTakeAsync(
                LeaseName.DueWork, nobody, TimeSpan.FromMinutes(10), CancellationToken.None)) is not null,
            () => "somebody who does due work");
        await silo.Store.Leases.ReleaseAsync(taken!, CancellationToken.None);
        await DuplicateActivationTests.AcceptedAsync(silo.Exchange, Script.Request(number: 1));
        await calls.Reminded.Task.WaitAsync(TimeMax);
        Assert.Equal(2, (await DueWork.ListAsync(silo.Store)).Length);

        calls.Let.SetResult();
        await Until.IsSoAsync(
            async () => (await DueWork.ListAsync(silo.Store)).IsEmpty, () => "what is due still");

        // Requested, and closed for either party.
        Assert.Equal(3, (await Script.ChainsAsync(silo.Ledger))[Script.Agreement].Length);
    }

    /// <summary>Lets the jobs be woken once as their silo starts, and then by their reminder alone.</summary>
    private sealed class CallsToJobs : IOutgoingGrainCallFilter
    {
        /// <summary>Ends when the reminder is set up.</summary>
        internal TaskCompletionSource SetUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when the reminder was due and is held back.</summary>
        internal TaskCompletionSource Reminded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Lets the reminder go.</summary>
        internal TaskCompletionSource Let { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            switch (context.MethodName)
            {
                case nameof(IExchangeJobsGrain.WakeAsync) when SetUp.Task.IsCompleted:
                    throw new TimeoutException("Only the reminder may wake the jobs.");
                case nameof(IRemindable.ReceiveReminder):
                    _ = Reminded.TrySetResult();
                    await Let.Task;
                    break;
                default:
                    break;
            }

            await context.Invoke();
            if (context.MethodName == nameof(IExchangeJobsGrain.WakeAsync))
            {
                _ = SetUp.TrySetResult();
            }
        }
    }
}
