namespace Exchange.Verify;

/// <summary>Opens what somebody else supplied: only a regular file with bytes in it.</summary>
internal static class EvidenceFile
{
    /// <summary>Opens the file for reading.</summary>
    /// <exception cref="NotEvidenceException">It is not there, not a file, empty, or may not be read.</exception>
    internal static FileStream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new NotEvidenceException($"{path} is a directory.");
        }

        try
        {
            if (!File.Exists(path))
            {
                throw new NotEvidenceException($"{path} does not exist.");
            }

            // A pipe would wait for its other end when opened. Pipes, sockets and devices have no length; ask first.
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            if (new FileInfo(target).Length == 0)
            {
                throw new NotEvidenceException($"{path} is empty or not a regular file.");
            }

            // The readers have buffers of their own.
            return new(
                target, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        }
        // Boundary: the path is the caller's; whatever is wrong with it, nothing was judged.
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new NotEvidenceException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Reads a small file whole.</summary>
    internal static byte[] ReadSmall(string path, int sizeBytesMax)
    {
        using var stream = Open(path);
        if (stream.Length > sizeBytesMax)
        {
            throw new NotEvidenceException($"{path} has {stream.Length} bytes, expected at most {sizeBytesMax}.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
