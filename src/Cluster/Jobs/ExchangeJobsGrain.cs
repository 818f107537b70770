using Orleans.Runtime;

namespace Exchange.Cluster.Jobs;

/// <summary>Wakes up where Orleans puts it, and makes its rounds as long as it is there.</summary>
[GrainType("jobs")]
public sealed class ExchangeJobsGrain(
    [PersistentState("cursor", ClusterNames.Storage)] IPersistentState<JobCursor> cursor, JobRounds rounds)
    : Grain, IExchangeJobsGrain, IRemindable
{
    private JobRound? _round;
    private IGrainReminder? _reminder;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _round = rounds.Begin(cursor);
        _ = this.RegisterGrainTimer(
            _round.TickAsync, new() { DueTime = TimeSpan.Zero, Period = JobRounds.Every, KeepAlive = true });
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_round is not null)
        {
            await _round.DisposeAsync();
        }
    }

    // Called by every silo every few seconds: the reminder is written once in the life of this activation.
    public async Task WakeAsync() =>
        _reminder ??= await this.RegisterOrUpdateReminder("wake", rounds.RemindEvery, rounds.RemindEvery);

    // Being called is what woke it.
    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
