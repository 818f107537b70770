using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Benchmarks.Harness;

/// <summary>
/// Asks the system to forget what it keeps of files in memory, so that the next read comes from the disk.
/// </summary>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    /// <summary>Forgets the files of a directory; what is not yet on the disk stays.</summary>
    internal static void Forget(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using var file = File.OpenHandle(path);
            _ = Advise(file, offset: 0, length: 0, DontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
