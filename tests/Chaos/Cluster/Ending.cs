namespace Exchange.Chaos.Cluster;

/// <summary>A process that ended by itself.</summary>
/// <param name="Timestamp">When, on the clock of <see cref="System.Diagnostics.Stopwatch"/>.</param>
/// <param name="Text">What it wrote last.</param>
public sealed record Ending(long Timestamp, string Text);
