namespace Exchange.Ledger.Tests;

/// <summary>
/// A test that reads the shared vectors: skipped, and says so, where they are absent; never skipped in CI.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (Repository.Shared is null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = "The shared vectors are absent: set EXCHANGE_SHARED to their folder.";
        }
    }
}
