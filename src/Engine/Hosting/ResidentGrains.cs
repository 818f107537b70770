using System.Collections.Concurrent;
using Exchange.Engine.Pipeline;

namespace Exchange.Engine.Hosting;

/// <summary>
/// The grains in memory: made on demand, retired when nobody asks for them, bounded in number. Thread-safe.
/// </summary>
/// <param name="context">What they share.</param>
/// <param name="countMax">How many may be in memory before idle ones have to leave.</param>
internal sealed class ResidentGrains(GrainContext context, int countMax)
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

        if (Count >= countMax)
        {
            Sweep(target: countMax - (countMax / 10) - 1, onlyIdle: false);
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

    /// <summary>Retires what nobody asked for since the last sweep.</summary>
    internal void SweepIdle() => Sweep(target: 0, onlyIdle: true);

    // Second chance: a grain that was asked since the last sweep stays once; the second round takes any that rests.
    private void Sweep(int target, bool onlyIdle)
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1)
        {
            return;
        }

        try
        {
            for (var round = 1; round <= (onlyIdle ? 1 : 2); round++)
            {
                foreach (var (_, grain) in _grains)
                {
                    if (Count <= target)
                    {
                        return;
                    }

                    if ((grain.CheckIdle() || round == 2) && grain.TryRetire())
                    {
                        Forget(grain);
                    }
                }
            }
        }
        finally
        {
            Volatile.Write(ref _sweeping, 0);
        }
    }
}
