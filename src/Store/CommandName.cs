using System.Security.Cryptography;
using System.Text;

namespace Exchange.Store;

/// <summary>
/// The name of a command on its chain: the first 16 bytes of SHA-256(kind || key || command id). Kind and command id
/// have fixed sizes, so no two triples give the same text.
/// </summary>
internal static class CommandName
{
    internal const int SizeBytes = 16;

    internal static byte[] Of(ChainId actor, CommandId id)
    {
        var name = new byte[SizeBytes];
        Write(actor, id, name);
        return name;
    }

    internal static void Write(ChainId actor, CommandId id, Span<byte> target)
    {
        Span<byte> text = stackalloc byte[1 + GrainKey.LengthMax + Bytes16.SizeBytes];
        text[0] = (byte)actor.Kind;
        var size = 1 + Encoding.ASCII.GetBytes(actor.Key.Value, text[1..]);
        id.Value.CopyTo(text[size..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(text[..(size + Bytes16.SizeBytes)], digest);
        digest[..SizeBytes].CopyTo(target);
    }
}
