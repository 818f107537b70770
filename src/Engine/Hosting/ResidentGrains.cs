using System.Collections.Concurrent;
using Exchange.Engine.Pipeline;

namespace Exchange.Engine.Hosting;

/// <summary>
/// The grains in memory: made on demand, retired when nobody asks for them, bounded in number. Thread-safe.
/// </summary>
/// <param name="context">What they share.</param>
/// <param name="limits">How many may be in memory before idle ones have to leave, and when idle ones leave.</param>
/// <param name="evicted">Is told which had to leave.</param>
internal sealed class ResidentGrains(GrainContext context, EmbeddedLimits limits, Action<ChainId> evicted)
{
    private readonly ConcurrentDictionary<ChainId, LedgerGrain> _grains = new();
    private int _count;
    private int _sweeping;

    internal int Count => Volatile.Read(ref _count);

    /// <summary>The grain of a chain; nothing where as many are in memory as may be and all are in use.</summary>
    internal LedgerGrain? Get(ChainId chain)
    {
        if (_grains.TryGetValue(chain, out var resident))
        {
            return resident;
        }

        var countMax = limits.ResidentMax;
        if (Count >= countMax)
        {
            MakeRoom(countMax - (countMax / 10) - 1);
            if (Count >= countMax + (countMax / 10))
            {
                return null;
            }
        }

        var made = new LedgerGrain(context, chain);
        var kept = _grains.GetOrAdd(chain, made);
        if (ReferenceEquals(made, kept))
        {
            _ = Interlocked.Increment(ref _count);
            Metrics.Activated();
        }

        return kept;
    }

    /// <summary>Forgets a grain that has retired.</summary>
    internal void Forget(LedgerGrain grain)
    {
        if (_grains.TryRemove(new(grain.Chain, grain)))
        {
            _ = Interlocked.Decrement(ref _count);
            Metrics.Evicted();
        }
    }

    /// <summary>Retires one grain, if nothing waits for it.</summary>
    internal void Release(ChainId chain)
    {
        if (_grains.TryGetValue(chain, out var resident) && resident.TryRetire())
        {
            Forget(resident);
        }
    }

    /// <summary>Forgets all of them: their host has ended.</summary>
    internal void Clear()
    {
        foreach (var (_, grain) in _grains)
        {
            Forget(grain);
        }
    }

    /// <summary>Retires what nobody asked for as long as its kind may be idle.</summary>
    internal void SweepIdle() => Alone(() => Retire(
        target: 0,
        grain => EmbeddedLimits.SweepEvery.Ticks * grain.CountIdle() >= limits.IdleAfter(grain.Chain.Kind).Ticks));

    // Second chance: what was asked since the last sweep stays once; the second round takes any that rests.
    private void MakeRoom(int target) => Alone(() =>
    {
        Retire(target, grain => grain.CountIdle() > 0);
        Retire(target, _ => true);
    });

    private void Retire(int target, Func<LedgerGrain, bool> isDue)
    {
        foreach (var (_, grain) in _grains)
        {
            if (Count <= target)
            {
                return;
            }

            if (isDue(grain) && grain.TryRetire())
            {
                Forget(grain);
                evicted(grain.Chain);
            }
        }
    }

    private void Alone(Action sweep)
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1)
        {
            return;
        }

        try
        {
            sweep();
        }
        finally
        {
            Volatile.Write(ref _sweeping, 0);
        }
    }
}
