namespace Exchange.Silo.Node;

/// <summary>The one directory that holds everything a node on the embedded store keeps.</summary>
public sealed record DataDirectory(string Path)
{
    /// <summary>The database with the chains and the rows.</summary>
    public string Database => System.IO.Path.Combine(Path, "exchange.db");

    /// <summary>Content: revisions, manifests, documents, drafts and journals.</summary>
    public string Contents => System.IO.Path.Combine(Path, "content");

    /// <summary>Keys that are not in the database.</summary>
    public string Keys => System.IO.Path.Combine(Path, "keys");

    /// <summary>The key that all others are wrapped by, unless the environment names another file.</summary>
    public string MasterKey => System.IO.Path.Combine(Keys, "master.key");

    /// <summary>Exports and audits, made anew on request.</summary>
    public string Evidence => System.IO.Path.Combine(Path, "evidence");

    /// <summary>Makes the directory and its folders, readable by the owner alone.</summary>
    /// <exception cref="NodeStartException">It cannot be made there.</exception>
    public void Create()
    {
        try
        {
            foreach (var folder in new[] { Path, Contents, Keys, Evidence })
            {
                _ = OperatingSystem.IsWindows()
                    ? Directory.CreateDirectory(folder)
                    : Directory.CreateDirectory(
                        folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException(
                $"{Path} cannot be made or written: {fault.Message} "
                + "Give the node's user a directory of its own, or name "
                + "another one with --data.");
        }
    }

    /// <summary>Tells apart a directory that was never a node's.</summary>
    /// <exception cref="NodeStartException">No node ever kept anything here.</exception>
    public void Expect()
    {
        if (!File.Exists(Database))
        {
            throw new NodeStartException(
                $"{Path} is no node's data directory: expected a file {Database}. Name the right one with --data, or "
                + "start a node there once.");
        }
    }
}
