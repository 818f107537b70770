using System.Globalization;
using System.Security.Cryptography;

namespace Exchange.Tests.Shared;

/// <summary>
/// Seeds of random tests. EXCHANGE_SEED repeats one; seeds that failed once stay in the list and run first.
/// </summary>
internal static class Seeds
{
    private static readonly int[] Kept = [1, 20260704];

    internal static IEnumerable<int> All() =>
        int.TryParse(Environment.GetEnvironmentVariable("EXCHANGE_SEED"), CultureInfo.InvariantCulture, out var wanted)
            ? [wanted]
            : [.. Kept, RandomNumberGenerator.GetInt32(int.MaxValue)];
}
