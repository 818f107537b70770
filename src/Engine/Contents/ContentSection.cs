using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Engine.Contents;

// family: the parts of a content file
//
// magic || u32 size of the header || header || sections || end
// section: u8 1 || head || u32 size || sealed (salt || rows), or u8 2 || u32 rows || u32 size || rows
// head: household, member (empty where none), identifier, each u8 size and ASCII || i64 link || u32 rows || commitment
// end: u8 0 || u64 sections || u64 rows || u64 size of all rows
// See docs/delivery.md, "Content files".

/// <summary>The bytes that a content file is made of.</summary>
internal static class ContentForm
{
    internal const byte End = 0;
    internal const byte Sealed = 1;
    internal const byte Plain = 2;
    internal const int SaltSizeBytes = 16;
    internal const int HeadSizeBytesMax = (3 * (1 + GrainKey.LengthMax)) + 8 + 4 + Digest.SizeBytes;
    internal const int EndSizeBytes = 24;

    /// <summary>A section ends with the row that reaches either.</summary>
    internal const int SectionRowsMax = 1000;

    internal const int SectionSizeBytesMin = 256 * 1024;

    /// <summary>The greatest size of a section: one row may come on top of the least.</summary>
    internal const int SectionSizeBytesMax = 4 * 1024 * 1024;

    internal static ReadOnlySpan<byte> Magic => "exchange-content-1\n"u8;

    // 0x12 over [salt, household, member or nil, SHA-256(rows)]. See docs/ledger-format.md, "Commitments".
    internal static Digest Commitment(ReadOnlySpan<byte> salt, SubjectPlace place, ReadOnlySpan<byte> rows)
    {
        Span<byte> digest = stackalloc byte[Digest.SizeBytes];
        _ = SHA256.HashData(rows, digest);
        var writer = new CanonicalWriter();
        writer.WriteArray(4);
        writer.WriteBinary(salt);
        writer.WriteText(place.Household.Value);
        if (place.Member is { } member)
        {
            writer.WriteText(member.Value);
        }
        else
        {
            writer.WriteNil();
        }

        writer.WriteBinary(digest);
        return Hashes.Tagged(HashTag.Commitment, writer.Written);
    }

    /// <summary>The leaf of the content's tree that stands for a commitment.</summary>
    internal static Digest Leaf(Digest commitment) => Hashes.Tagged(HashTag.Entry, commitment.Span);

    internal static int WriteHead(Span<byte> target, SubjectPlace place, int rows, Digest commitment)
    {
        var at = WriteKey(target, 0, place.Household.Value);
        at = WriteKey(target, at, place.Member?.Value ?? "");
        at = WriteKey(target, at, place.Identifier.Value);
        BinaryPrimitives.WriteInt64BigEndian(target[at..], place.Link.Value);
        BinaryPrimitives.WriteInt32BigEndian(target[(at + 8)..], rows);
        commitment.Span.CopyTo(target[(at + 12)..]);
        return at + 12 + Digest.SizeBytes;
    }

    private static int WriteKey(Span<byte> target, int at, string key)
    {
        target[at] = (byte)key.Length;
        return at + 1 + Encoding.ASCII.GetBytes(key, target[(at + 1)..]);
    }
}

/// <summary>A section as read: rows of one place, or rows without persons.</summary>
/// <param name="Place">Nothing where the rows are about nobody.</param>
/// <param name="Head">The bytes that the seal is bound to.</param>
/// <param name="Body">Sealed, or rows as they are.</param>
internal sealed record ContentSection(
    SubjectPlace? Place, int Rows, Digest Commitment, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Body);
