namespace Exchange.Api.Tests;

/// <summary>A meter of a test's own.</summary>
internal sealed class Meters(string name) : IDisposable
{
    internal System.Diagnostics.Metrics.Meter Own { get; } = new(name);

    public void Dispose() => Own.Dispose();
}
