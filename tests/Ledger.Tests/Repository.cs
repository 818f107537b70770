namespace Exchange.Ledger.Tests;

/// <summary>Where the files lie that tests read.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindUpward("Exchange.sln")
        ?? throw new InvalidOperationException("Expected the tests to run inside the repository.");

    internal static string Vectors => Path.Combine(Root, "tests", "Vectors");

    /// <summary>The folder of data and vectors that others made, or nothing where it is absent.</summary>
    internal static string? Shared { get; } = FindShared();

    private static string? FindShared()
    {
        if (Environment.GetEnvironmentVariable("EXCHANGE_SHARED") is { Length: > 0 } stated)
        {
            return Directory.Exists(stated) ? stated : null;
        }

        for (var folder = Directory.GetParent(Root); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(Path.Combine(candidate, "vectors")))
            {
                return candidate;
            }
        }

        return null;
    }

    private static string? FindUpward(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, file)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
