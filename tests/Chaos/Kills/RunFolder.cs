namespace Exchange.Chaos.Kills;

/// <summary>Where a run keeps everything: removed after a good run, and left to be looked at after any other.</summary>
internal sealed class RunFolder(string prefix, TextWriter log) : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory(prefix).FullName;

    /// <summary>Whether nothing is left to be looked at.</summary>
    internal bool IsGood { get; set; }

    public void Dispose()
    {
        if (IsGood)
        {
            Directory.Delete(Path, recursive: true);
        }
        else
        {
            log.WriteLine($"What the run left is in {Path}");
        }
    }
}
