namespace Exchange.Grains.Values;

/// <summary>A span of time, the end excluded.</summary>
public sealed record Period(UnixMilliseconds From, UnixMilliseconds Until)
{
    public bool IsEmpty => From >= Until;

    public bool Contains(UnixMilliseconds time) => From <= time && time < Until;

    /// <summary>Whether another period lies wholly in this one.</summary>
    public bool Covers(Period other) => From <= other.From && other.Until <= Until;
}
