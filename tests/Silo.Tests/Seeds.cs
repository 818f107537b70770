using System.Globalization;
using System.Security.Cryptography;

namespace Exchange.Silo.Tests;

/// <summary>Seeds of random tests. EXCHANGE_SEED repeats one.</summary>
internal static class Seeds
{
    internal static int Next() =>
        int.TryParse(Environment.GetEnvironmentVariable("EXCHANGE_SEED"), CultureInfo.InvariantCulture, out var wanted)
            ? wanted
            : RandomNumberGenerator.GetInt32(int.MaxValue);
}
