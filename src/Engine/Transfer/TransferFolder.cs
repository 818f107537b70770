using System.Security.Cryptography;

namespace Exchange.Engine.Transfer;

/// <summary>
/// A folder that holds a whole exchange: <c>chains</c>, a chain file that anybody can verify; <c>secrets</c>, the keys
/// as they are wrapped; <c>content/</c>, what only the exchange may hand out; <c>SHA256SUMS</c> over all of them,
/// written last.
/// </summary>
internal sealed record TransferFolder(string Path)
{
    internal const string SumsName = "SHA256SUMS";

    private const string ContentName = "content";

    internal string Chains => System.IO.Path.Combine(Path, "chains");

    internal string Secrets => System.IO.Path.Combine(Path, "secrets");

    internal string Content => System.IO.Path.Combine(Path, ContentName);

    private string Sums => System.IO.Path.Combine(Path, SumsName);

    /// <summary>Makes the folder, which must not hold anything yet.</summary>
    /// <exception cref="TransferException">It does.</exception>
    internal void Create()
    {
        if (Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any())
        {
            throw new TransferException($"{Path} is not empty. Name a folder that does not exist yet.");
        }

        foreach (var folder in new[] { Path, Content })
        {
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(folder)
                : Directory.CreateDirectory(
                    folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>A file of the folder, readable by its owner alone.</summary>
    internal static FileStream CreateFile(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 256 * 1024,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(path, options);
    }

    /// <summary>Writes the sums of all files; with them the folder is whole.</summary>
    internal async Task SealAsync(CancellationToken cancellationToken)
    {
        await using var file = CreateFile(Sums);
        await using var text = new StreamWriter(file) { NewLine = "\n" };
        foreach (var name in Names())
        {
            await text.WriteLineAsync($"{await SumOfAsync(name, cancellationToken)}  {name}");
        }

        await text.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Compares every file with its sum.</summary>
    /// <exception cref="TransferException">A file is missing, altered or not listed, or there are no sums.</exception>
    internal async Task VerifyAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Sums))
        {
            throw new TransferException($"{Path} is no whole export: expected a file {SumsName}.");
        }

        Dictionary<string, string> stated = new(StringComparer.Ordinal);
        await foreach (var line in File.ReadLinesAsync(Sums, cancellationToken))
        {
            var parts = line.Split("  ", 2);
            stated[parts[^1]] = parts[0];
        }

        foreach (var name in Names())
        {
            var found = await SumOfAsync(name, cancellationToken);
            if (!stated.Remove(name, out var expected) || found != expected)
            {
                throw new TransferException(
                    $"{name}: expected a file with SHA-256 {expected ?? "none"}, found {found}.");
            }
        }

        if (stated.Keys.FirstOrDefault() is { } missing)
        {
            throw new TransferException($"{missing} is stated in {SumsName} and not there.");
        }
    }

    private IEnumerable<string> Names() => Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
        .Select(file => System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/'))
        .Where(name => name != SumsName)
        .Order(StringComparer.Ordinal);

    private async Task<string> SumOfAsync(string name, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(System.IO.Path.Combine(Path, name));
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
