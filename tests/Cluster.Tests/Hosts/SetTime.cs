namespace Exchange.Cluster.Tests.Hosts;

/// <summary>What time it is for entries: moved by hand. Its steady clock and its timers are the machine's.</summary>
internal sealed class SetTime : TimeProvider
{
    // Long ago: a database takes no entry from ahead of its own clock.
    private long _milliseconds = 1_700_000_000_000;

    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _milliseconds));

    internal void Move(TimeSpan by) => Interlocked.Add(ref _milliseconds, (long)by.TotalMilliseconds);
}
