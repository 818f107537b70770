using System.Globalization;

namespace Exchange.Store.Tests;

/// <summary>Seeds of random tests: printed, and repeated with EXCHANGE_SEED.</summary>
public static class Seeds
{
    public static int Next()
    {
        var seed = Environment.GetEnvironmentVariable("EXCHANGE_SEED") is { } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Environment.TickCount;
        Console.WriteLine($"EXCHANGE_SEED={seed}");
        return seed;
    }
}
