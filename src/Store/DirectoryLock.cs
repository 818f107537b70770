using System.Globalization;

namespace Exchange.Store;

/// <summary>
/// One process at a time: an open file that the operating system locks, and unlocks when the process ends however it
/// ends. The process' number stands in a file beside it, because nobody else may read the locked one.
/// </summary>
public sealed class DirectoryLock : IDisposable
{
    public const string LockFile = "exchange.lock";
    public const string ProcessFile = "exchange.pid";

    private readonly FileStream _held;
    private readonly string _processPath;

    private DirectoryLock(FileStream held, string processPath)
    {
        _held = held;
        _processPath = processPath;
    }

    /// <summary>Locks a data directory until disposed.</summary>
    /// <exception cref="StoreRefusedException">Another process holds it.</exception>
    public static DirectoryLock Take(string directory)
    {
        var processPath = Path.Combine(directory, ProcessFile);
        FileStream held;
        try
        {
            held = PrivateFiles.Open(
                Path.Combine(directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            var holder = File.Exists(processPath) ? File.ReadAllText(processPath).Trim() : "unknown";
            throw new StoreRefusedException(
                $"{directory} is in use by another process (pid {holder}). Stop it first, or name another directory.");
        }

        File.WriteAllText(processPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new(held, processPath);
    }

    public void Dispose()
    {
        File.Delete(_processPath);
        _held.Dispose();
    }
}
