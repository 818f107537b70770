namespace Exchange.Store.Tests;

/// <summary>A clock that a test moves on.</summary>
public sealed class StoreTime : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 7, 4, 0, 0, 0, TimeSpan.Zero).Ticks;

    public void Pass(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);
}
