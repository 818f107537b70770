using System.Security.Cryptography;
using Exchange.Store;

namespace Exchange.Silo.Node;

/// <summary>
/// The file of the master key: 64 hexadecimal digits, mode 0600. The environment variable
/// <c>EXCHANGE_MASTER_KEY_FILE</c> names one outside of the data directory.
/// </summary>
public static class MasterKeyFile
{
    public const string Variable = "EXCHANGE_MASTER_KEY_FILE";

    private const int SizeBytes = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where the key is: outside where the environment says so.</summary>
    public static string PathOf(DataDirectory data) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : data.MasterKey;

    /// <summary>Reads the key of a store that is new; makes it where it belongs into the data directory.</summary>
    /// <exception cref="NodeStartException">The file is missing, too widely readable, or no key.</exception>
    public static byte[] ReadOrCreate(DataDirectory data)
    {
        var path = PathOf(data);
        if (!File.Exists(path) && path == data.MasterKey)
        {
            Create(path);
        }

        return Read(path);
    }

    /// <summary>Reads the key that the store's keys are wrapped by.</summary>
    /// <exception cref="NodeStartException">The file is missing, too widely readable, or no key.</exception>
    public static byte[] ReadKept(DataDirectory data)
    {
        var path = PathOf(data);
        return File.Exists(path) || path != data.MasterKey
            ? Read(path)
            : throw new NodeStartException(
                $"The store has keys but there is no master key to open them: expected {path}. "
                + $"Put the key back, or name it with {Variable}.");
    }

    /// <summary>Reads the key.</summary>
    /// <exception cref="NodeStartException">The file is missing, too widely readable, or no key.</exception>
    public static byte[] Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new NodeStartException(
                $"There is no master key at {path}. Where the exchange exists, put its key there, with mode 0600, or "
                + $"name it with {Variable}: all nodes have the same. Only for a new exchange, make one: "
                + $"(umask 077; openssl rand -hex {SizeBytes} > {path})");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
        {
            throw new NodeStartException(
                $"The master key {path} is open to others: expected mode 0600, found "
                + $"{Convert.ToString((int)File.GetUnixFileMode(path), 8)}. "
                + "Take the others' rights away with chmod 600, and change the key if somebody may have read it.");
        }

        var text = ReadText(path);
        return text.Length == SizeBytes * 2 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new NodeStartException($"The master key {path} is not {SizeBytes * 2} hexadecimal digits.");
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        // Boundary: whatever keeps the key from its file is told to the operator in one form.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException($"The master key {path} cannot be read: {fault.Message}");
        }
    }

    private static void Create(string path)
    {
        try
        {
            WriteNew(path);
        }
        // Boundary: whatever keeps the key from its file is told to the operator in one form.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException($"The master key {path} cannot be made: {fault.Message}");
        }
    }

    // Written under another name, synced, then renamed: a crash leaves a whole key or none. The folder is synced too,
    // or a power cut could keep the database and lose the key that opens it.
    private static void WriteNew(string path)
    {
        var draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(draft, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SizeBytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path);
        PrivateFiles.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
