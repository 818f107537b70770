using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Exchange.Ledger;

/// <summary>The table of offsets of a chain file.</summary>
internal sealed record ChainFileOffsets(
    long[] Chains, long Content, long ContentCount, IReadOnlyList<(Digest Name, long Position)> Points)
{
    /// <summary>Loads the table through the trailer, or gives nothing where either is damaged.</summary>
    internal static ChainFileOffsets? TryLoad(Stream stream, int chainCount, long chainsPosition)
    {
        if (stream.Length < chainsPosition + ChainFileFormat.TrailerSizeBytes)
        {
            return null;
        }

        var trailer = new ForwardSource(stream, stream.Length - ChainFileFormat.TrailerSizeBytes);
        return trailer.TryTakeUInt64(out var position)
            && position >= (ulong)chainsPosition && position < (ulong)stream.Length
                ? TryTake(new ForwardSource(stream, (long)position), chainCount, out _)
                : null;
    }

    /// <summary>Takes the table and compares it with its digest.</summary>
    internal static ChainFileOffsets? TryTake(ForwardSource source, int chainCount, out string reason)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        reason = "Expected the table of offsets, found the end of the file";
        var chains = new long[chainCount];
        for (var i = 0; i < chainCount; i++)
        {
            if (!TryTakePosition(source, hash, out chains[i]))
            {
                return null;
            }
        }

        if (!TryTakePosition(source, hash, out var content) || !TryTakePosition(source, hash, out var contentCount)
            || !source.TryTake(sizeof(uint), out var pointCountBytes))
        {
            return null;
        }

        hash.AppendData(pointCountBytes.Span);
        var pointCount = BinaryPrimitives.ReadUInt32BigEndian(pointCountBytes.Span);
        if (pointCount > ChainFileFormat.IndexPointsMax)
        {
            reason = $"Expected at most {ChainFileFormat.IndexPointsMax} points, found {pointCount}";
            return null;
        }

        var points = new List<(Digest, long)>();
        for (; pointCount > 0; pointCount--)
        {
            if (!source.TryTakeDigest(out var name))
            {
                return null;
            }

            hash.AppendData(name.Span);
            if (!TryTakePosition(source, hash, out var position))
            {
                return null;
            }

            points.Add((name, position));
        }

        if (!source.TryTakeDigest(out var stated))
        {
            return null;
        }

        var found = new Digest(hash.GetHashAndReset());
        reason = $"Expected offsets with digest {stated}, found {found}";
        return found == stated ? new(chains, content, contentCount, points) : null;
    }

    /// <summary>The position of an item at or before a name, from where one can search forward.</summary>
    internal long ContentBefore(Digest name)
    {
        var (low, high) = (0, Points.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = Points[middle].Name <= name ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? Content : Points[low - 1].Position;
    }

    private static bool TryTakePosition(ForwardSource source, IncrementalHash hash, out long value)
    {
        value = 0;
        if (!source.TryTake(sizeof(ulong), out var bytes))
        {
            return false;
        }

        hash.AppendData(bytes.Span);
        value = unchecked((long)BinaryPrimitives.ReadUInt64BigEndian(bytes.Span));
        return true;
    }
}
