using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Exchange.Store.Postgres;

/// <summary>
/// What keeps the writers from writing, and others from writing beside them: told once when it begins and once when it
/// ends, however many of them meet it. Thread-safe.
/// </summary>
internal sealed class WriteTroubles(int writers, ILogger log)
{
    /// <summary>How long one commit may take before the node is not ready; longer than a busy disk takes.</summary>
    internal static readonly TimeSpan CommitTimeMax = TimeSpan.FromSeconds(5);

    // Whether a refused write would succeed now is known only by trying: after this time callers may.
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(5);

    private const int ReasonsMax = 8;

    private readonly Lock _gate = new();
    private readonly Standing[] _standings = [.. Enumerable.Range(0, writers + 1).Select(_ => new Standing())];
    private readonly HashSet<string> _told = [];

    /// <summary>The place of all that is written beside the writers.</summary>
    internal int Others => writers;

    /// <summary>Why something cannot be written at present; nothing where all can.</summary>
    internal Exception? Current
    {
        get
        {
            lock (_gate)
            {
                return System.Array.Find(_standings, each => each.Fault is not null)?.Fault;
            }
        }
    }

    /// <summary>Whether a write would fail or wait as far as is known.</summary>
    internal bool IsBlocked
    {
        get
        {
            lock (_gate)
            {
                return _standings.Index().Any(each => WouldFail(each.Index, each.Item)
                    || (each.Item.CommitSince is { } since && Stopwatch.GetElapsedTime(since) > CommitTimeMax));
            }
        }
    }

    internal void Begin(int writer)
    {
        lock (_gate)
        {
            _standings[writer].CommitSince = Stopwatch.GetTimestamp();
        }
    }

    internal void End(int writer)
    {
        lock (_gate)
        {
            _standings[writer].CommitSince = null;
        }
    }

    /// <summary>A writer could not write.</summary>
    /// <param name="isConnected">Whether its session goes on: the server undid the transaction and said so.</param>
    internal void Failed(int writer, Exception fault, bool isConnected)
    {
        lock (_gate)
        {
            var reason = StoreUnavailableException.ReasonOf(fault);
            if (!HasFault())
            {
                _told.Clear();
                _ = _told.Add(reason);
                Log.WriterLost(log, reason);
            }
            else if (_told.Count < ReasonsMax && _told.Add(reason))
            {
                Log.WriterStillLost(log, reason);
            }

            var standing = _standings[writer];
            standing.Fault = fault;
            standing.FailedAt = Stopwatch.GetTimestamp();
            standing.IsConnected = isConnected;
        }
    }

    /// <summary>
    /// A writer wrote, or has a session again: what the server refused the others is over too. What is written beside
    /// the writers may be let through where they are not: it needs no room on the disk.
    /// </summary>
    /// <returns>Whether it could not before.</returns>
    internal bool Recovered(int writer)
    {
        lock (_gate)
        {
            var mine = _standings[writer];
            var wasTroubled = mine.Fault is not null;
            var isNew = !mine.IsConnected;
            mine.IsConnected = true;
            if (!HasFault())
            {
                return false;
            }

            if (isNew || IsOver(mine))
            {
                mine.Fault = null;
            }

            foreach (var standing in _standings.Where(each => writer != Others && each.IsConnected && IsOver(each)))
            {
                standing.Fault = null;
            }

            if (!HasFault())
            {
                Log.WriterBack(log);
            }

            return wasTroubled;
        }
    }

    // A writer makes its session anew until it has one. Beside the writers nobody does before there is something to
    // write, and until then the next attempt may go well.
    private bool WouldFail(int writer, Standing standing) => standing.Fault is not null
        && ((writer != Others && !standing.IsConnected) || !IsOver(standing));

    // Where a disk is full some writes find room and others do not: one success is not yet the end.
    private static bool IsOver(Standing standing) => Stopwatch.GetElapsedTime(standing.FailedAt) >= Recent;

    private bool HasFault() => System.Array.Exists(_standings, each => each.Fault is not null);

    private sealed class Standing
    {
        internal Exception? Fault { get; set; }

        internal long FailedAt { get; set; }

        internal bool IsConnected { get; set; } = true;

        internal long? CommitSince { get; set; }
    }
}
