using System.Security.Cryptography;

namespace Exchange.Ledger;

/// <summary>What stands before the bytes of a content item, or the mark behind the last item.</summary>
internal readonly record struct ContentHead(bool IsEnd, ContentName Name)
{
    /// <summary>Takes the next one, or nothing where the file is cut or altered.</summary>
    internal static ContentHead? Take(ForwardSource source, IncrementalHash? framed = null)
    {
        if (!TryTake(source, 1, framed, out var mark) || mark.Span[0] > ChainFileFormat.ItemMark)
        {
            return null;
        }

        if (mark.Span[0] == ChainFileFormat.ContentEndMark)
        {
            return new(IsEnd: true, default);
        }

        if (!TryTake(source, Digest.SizeBytes, framed, out var digestBytes))
        {
            return null;
        }

        var digest = new Digest(digestBytes.Span);
        if (!TryTake(source, 1, framed, out var size) || !TryTake(source, size.Span[0], framed, out var kindBytes)
            || !GrainKey.TryParse(System.Text.Encoding.ASCII.GetString(kindBytes.Span), out var kind))
        {
            return null;
        }

        return new(IsEnd: false, new(new(kind), digest));
    }

    private static bool TryTake(
        ForwardSource source, int size, IncrementalHash? framed, out ReadOnlyMemory<byte> bytes)
    {
        var taken = source.TryTake(size, out bytes);
        framed?.AppendData(bytes.Span);
        return taken;
    }
}
