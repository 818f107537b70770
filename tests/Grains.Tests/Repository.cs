namespace Exchange.Grains.Tests;

/// <summary>Where the files lie that tests read.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindUpward("Exchange.sln")
        ?? throw new InvalidOperationException("Expected the tests to run inside the repository.");

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
