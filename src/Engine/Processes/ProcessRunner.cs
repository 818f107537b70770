using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Processes;

/// <summary>
/// Reads due work and does it while this node holds the lease for it, woken by what is stored here and by a timer for
/// what other nodes stored. It may run twice, here or elsewhere: effects happen once, because they are commands with
/// derived ids. The lease only saves the work.
/// </summary>
public sealed class ProcessRunner : IAsyncDisposable
{
    /// <summary>How long work that could not go on is left alone.</summary>
    public static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    /// <summary>How often due work of other nodes is looked for.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private const int PageRows = 100;
    private const int StepsAtOnce = 8;

    private readonly IRowStore _rows;
    private readonly RegistrationProcess _registration;
    private readonly DueWorkSignal _signal;
    private readonly LeaseKeeper _lease;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _idleWaiters = [];
    private Task? _running;

    /// <param name="lease">The lease of due work; whoever made it renews it.</param>
    public ProcessRunner(
        IExchange exchange, ILedgerStore store, IRowStore rows, DueWorkSignal signal, LeaseKeeper lease,
        TimeProvider time, ILogger logger)
    {
        _rows = rows;
        _registration = new(exchange, store, time, logger);
        _signal = signal;
        _lease = lease;
        _time = time;
        _logger = logger;
    }

    /// <summary>Begins to do due work, first of all what an earlier run left.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Completes after a whole pass begun after the call found nothing due.</summary>
    public Task WhenIdleAsync()
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _idleWaiters.Add(waiter);
        }

        _signal.Wake();
        return waiter.Task;
    }

    /// <summary>
    /// Does everything that is due once; answers whether something may be due still. Nothing without the lease.
    /// </summary>
    public async Task<bool> PassAsync(CancellationToken cancellationToken)
    {
        var left = 0;
        RowCursor? after = null;
        while (true)
        {
            if (_lease.Held is null)
            {
                return true;
            }

            // A time on a chain may be ahead of this clock by as much as the pipeline allows.
            var now = RowValue.Of(
                _time.GetUtcNow().ToUnixTimeMilliseconds() + Pipeline.EntryClock.BehindMillisecondsMax);
            var page = await _rows.ListAsync(
                new(RowTable.DueWork, RowFilter.DueBy, [now]), after, PageRows, cancellationToken);

            // Steps of one agreement go one after the other; agreements do not wait for each other.
            await Parallel.ForEachAsync(
                page.Cast<DueWorkRow>().GroupBy(row => row.Chain),
                new ParallelOptions { MaxDegreeOfParallelism = StepsAtOnce, CancellationToken = cancellationToken },
                async (steps, cancellation) =>
                {
                    foreach (var due in steps)
                    {
                        _ = _lease.Held is not null && await StepAsync(due, cancellation)
                            ? 0
                            : Interlocked.Increment(ref left);
                    }
                });
            if (page.Length < PageRows)
            {
                return left > 0;
            }

            after = new(page[^1].Chain, page[^1].Item);
        }
    }

    /// <summary>Stops after the step under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_running is not null)
        {
            await _running;
        }

        foreach (var waiter in TakeWaiters())
        {
            _ = waiter.TrySetCanceled();
        }

        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                // Both are taken before the pass, so that nothing which comes during it is missed.
                var woken = _signal.Next;
                var waiters = TakeWaiters();
                var isHolder = _lease.Held is not null;
                var isLeft = await TryPassAsync();
                if (isLeft)
                {
                    Keep(waiters);
                }
                else
                {
                    waiters.ForEach(waiter => waiter.TrySetResult());
                }

                await WaitAsync(woken, isHolder && isLeft ? RetryEvery : LookEvery);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host stops; what is due is found again at the next start.
        }
    }

    private async Task<bool> TryPassAsync()
    {
        try
        {
            return await PassAsync(_stopping.Token);
        }
        catch (StoreUnavailableException error)
        {
            Log.PassFailed(_logger, error);
            return true;
        }
    }

    private async ValueTask<bool> StepAsync(DueWorkRow due, CancellationToken cancellationToken)
    {
        try
        {
            StepResult result;
            do
            {
                result = await _registration.RunAsync(due, cancellationToken);
            }
            while (result == StepResult.Again);

            Metrics.ProcessSteps.Add(1, new KeyValuePair<string, object?>("result", result));
            return result is StepResult.Done or StepResult.Parked;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        // Boundary: one process that fails must not stop the others; its work stays due and it is tried again.
        catch (Exception error)
        {
            Log.StepFailed(_logger, due.Kind, due.Chain, error);
            return false;
        }
    }

    private async Task WaitAsync(Task woken, TimeSpan atMost)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        _ = await Task.WhenAny(woken, Task.Delay(atMost, _time, timer.Token));
        await timer.CancelAsync();
        _stopping.Token.ThrowIfCancellationRequested();
    }

    private List<TaskCompletionSource> TakeWaiters()
    {
        lock (_lock)
        {
            List<TaskCompletionSource> taken = [.. _idleWaiters];
            _idleWaiters.Clear();
            return taken;
        }
    }

    private void Keep(List<TaskCompletionSource> waiters)
    {
        lock (_lock)
        {
            _idleWaiters.AddRange(waiters);
        }
    }
}
