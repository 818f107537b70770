using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Store;

/// <summary>Files that only their owner may read, and the syncs that the base library does not offer.</summary>
public static partial class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int BufferSizeBytes = 64 * 1024;
    private const int ReadOnlyDirectory = 0x10000;

    internal static FileStream Open(
        string path, FileMode mode, FileAccess access, FileShare share, int bufferSize = BufferSizeBytes)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = access,
            Share = share,
            BufferSize = bufferSize,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    internal static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            _ = Directory.CreateDirectory(path);
        }
        else
        {
            _ = Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Makes names in a directory survive a crash. Windows keeps its names by itself.</summary>
    /// <exception cref="IOException">The system could not.</exception>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // O_DIRECTORY is a check only, and has this number on Linux alone.
        var handle = OpenDirectory(path, OperatingSystem.IsLinux() ? ReadOnlyDirectory : 0);
        if (handle < 0)
        {
            throw new IOException($"{path} cannot be opened: error {Marshal.GetLastPInvokeError()}.");
        }

        var (code, error) = (Sync(handle), Marshal.GetLastPInvokeError());
        _ = Close(handle);
        if (code != 0)
        {
            throw new IOException($"{path} cannot be synced: error {error}.");
        }
    }

    /// <summary>Makes a file's bytes survive a crash, and of what is about the file only its length.</summary>
    /// <exception cref="IOException">The system could not.</exception>
    internal static void SyncBytes(FileStream file)
    {
        if (!OperatingSystem.IsLinux())
        {
            file.Flush(flushToDisk: true);
            return;
        }

        file.Flush();
        if (SyncData(file.SafeFileHandle) != 0)
        {
            throw new IOException($"{file.Name} cannot be synced: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SyncData(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}
