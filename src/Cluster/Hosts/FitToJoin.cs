using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Cluster.Hosts;

// family: a silo that cannot serve hosts nothing

/// <summary>Lets a silo join only when it can serve: it would be given grains at once.</summary>
internal sealed class FitToJoin(
    OwnHealth health, ClusterSetup setup, TimeProvider time, ILogger<FitToJoin> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var looks = 1; await health.LookAsync(cancellationToken) is { Why: var why }; looks++)
        {
            Log.CannotServe(logger, why);
            if (looks == OwnHealth.LooksMax)
            {
                throw new InvalidOperationException($"The silo cannot serve: {why}");
            }

            await Task.Delay(setup.LookEvery, time, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>
/// Makes a silo leave that cannot serve while another can. Without it every call to a grain that it hosts would be
/// told to come back, and the jobs of the exchange would stand still if they are here. What keeps all silos from
/// serving ends none of them. One that leaves anyway looks no more.
/// </summary>
internal sealed class FitToStay(
    OwnHealth health, FitnessOfOthers others, ClusterSetup setup, IHostApplicationLifetime node,
    IFatalErrorHandler fatal, TimeProvider time, ILogger<FitToStay> logger) : BackgroundService
{
    // Leaving asks the database, which may be what is away: the others then find out by themselves.
    private static readonly TimeSpan LeaveTimeMax = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What hosts it is stopped in the reverse order of starting: requests end long before this is told to.
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(
            stoppingToken, node.ApplicationStopping);
        try
        {
            var why = await UntilUnfitAsync(leaving.Token);
            leaving.Token.ThrowIfCancellationRequested();
            Log.Leaves(logger, why);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // It leaves anyway.
            return;
        }

        health.GiveUp();

        // Whoever made the node stops it, and this with it: what ends the process runs on its own.
        _ = EndInTimeAsync();
        node.StopApplication();
    }

    // Looks are counted, and not time: a process that wakes up after standing still has looked once.
    private async Task<string> UntilUnfitAsync(CancellationToken stoppingToken)
    {
        var (looks, wasGood) = (0, true);
        while (true)
        {
            await Task.Delay(setup.LookEvery, time, stoppingToken);
            var trouble = await health.LookAsync(stoppingToken);
            if (trouble is not null && wasGood)
            {
                Log.CannotServe(logger, trouble.Why);
            }

            wasGood = trouble is null;
            if (trouble is not { WouldOthersSee: true, Why: var why } || !await others.IsAnyFitAsync(stoppingToken))
            {
                looks = 0;
            }
            else if (++looks == OwnHealth.LooksMax)
            {
                return why;
            }
        }
    }

    private async Task EndInTimeAsync()
    {
        await Task.Delay(LeaveTimeMax, time);
        fatal.OnFatalException(this, "It did not leave in time.");
    }
}
