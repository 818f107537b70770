namespace Exchange.Silo.Tests.Programs;

/// <summary>A folder of one test, removed with it.</summary>
public sealed class WorkFolder : IDisposable
{
    public WorkFolder() => Path = Directory.CreateTempSubdirectory("exchange-silo-").FullName;

    public string Path { get; }

    /// <summary>Where a node's data lies; made by the node.</summary>
    public string Data => In("data");

    public string MasterKey => System.IO.Path.Combine(Data, "keys", "master.key");

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file; answers its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(In(name), text);
        return In(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
