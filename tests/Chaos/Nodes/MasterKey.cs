using System.Security.Cryptography;

namespace Exchange.Chaos.Nodes;

/// <summary>The key that nodes on one database share.</summary>
public static class MasterKey
{
    private const int SizeBytes = 32;

    /// <summary>Writes a new one to a file that nobody else may read.</summary>
    public static void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new StreamWriter(path, options);
        file.WriteLine(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SizeBytes)));
    }
}
