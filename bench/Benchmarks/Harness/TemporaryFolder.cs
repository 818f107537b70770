namespace Exchange.Benchmarks.Harness;

/// <summary>A directory of one run, gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("exchange-bench-");

    internal string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);
}
