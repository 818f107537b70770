using System.Security.Cryptography;

namespace Exchange.Ledger;

// family: the tags and the hashes made with them

/// <summary>The first byte of every tagged hash. See docs/ledger-format.md, "Hashes".</summary>
public enum HashTag
{
    /// <summary>An entry, which is a leaf of the log (RFC 6962).</summary>
    Entry = 0x00,

    /// <summary>An inner node of a Merkle tree (RFC 6962).</summary>
    Node = 0x01,

    /// <summary>What the first entry of a chain names as its previous.</summary>
    Genesis = 0x10,

    /// <summary>The caller's intent: actor and command.</summary>
    Command = 0x11,

    /// <summary>A salted commitment to content.</summary>
    Commitment = 0x12,

    /// <summary>The sorted list of all heads; reserved.</summary>
    Census = 0x13,

    /// <summary>The manifest of a delivery.</summary>
    Manifest = 0x14,

    /// <summary>A receipt; reserved for the proof.</summary>
    Receipt = 0x15,

    /// <summary>What a process asks for in one step: its command id.</summary>
    ProcessStep = 0x16,

    /// <summary>The id of what a command creates.</summary>
    DerivedId = 0x17,

    /// <summary>What a party signs to authorise a command; reserved.</summary>
    Authorization = 0x18,

    /// <summary>A notice, an offer or a column list.</summary>
    Document = 0x19,
}

/// <summary>The hashes of the ledger.</summary>
public static class Hashes
{
    /// <summary>The number of the entry format.</summary>
    public const int Format = 1;

    /// <summary>Suite 1: SHA-256, ECDSA P-256, Ed25519.</summary>
    public const int Suite = 1;

    // SHA-256(0x00 || entry bytes). See docs/ledger-format.md, "Hashes".
    /// <summary>The hash of an entry's canonical bytes.</summary>
    public static Digest Entry(ReadOnlySpan<byte> entryBytes) => Tagged(HashTag.Entry, entryBytes);

    // SHA-256(0x01 || left || right). See RFC 6962, 2.1.
    /// <summary>The hash of an inner node of a Merkle tree.</summary>
    public static Digest Node(Digest left, Digest right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Digest.SizeBytes)];
        input[0] = (byte)HashTag.Node;
        left.Span.CopyTo(input[1..]);
        right.Span.CopyTo(input[(1 + Digest.SizeBytes)..]);
        Span<byte> hash = stackalloc byte[Digest.SizeBytes];
        _ = SHA256.HashData(input, hash);
        return new Digest(hash);
    }

    // SHA-256(0x10 || ["exchange-ledger", format, suite, exchange id, [kind, key]]).
    /// <summary>What the first entry of a chain names as its previous.</summary>
    public static Digest Genesis(ExchangeId exchange, ChainId chain)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(5);
        writer.WriteText("exchange-ledger");
        writer.WriteInteger(Format);
        writer.WriteInteger(Suite);
        writer.WriteBytes16(exchange.Value);
        writer.WriteChain(chain);
        return Tagged(HashTag.Genesis, writer.Written);
    }

    // SHA-256(0x11 || [actor kind, actor key, command]), command as it stands in the entry.
    /// <summary>The caller's intent: what makes a retry with the same id the same command.</summary>
    public static Digest Command(ChainId actor, RecordedCommand command)
    {
        var writer = CanonicalWriter.OfThread();
        writer.WriteArray(3);
        writer.WriteInteger((long)actor.Kind);
        writer.WriteText(actor.Key.Value);
        EntryCodec.Write(writer, command);
        return Tagged(HashTag.Command, writer.Written);
    }

    // First 16 bytes of SHA-256(0x16 || [[kind, key], step]).
    /// <summary>The id of the command that a process sends for one of its steps.</summary>
    public static CommandId ProcessStep(ChainId process, string step)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(2);
        writer.WriteChain(process);
        writer.WriteText(step);
        return new(Bytes16.From(Tagged(HashTag.ProcessStep, writer.Written).Span[..Bytes16.SizeBytes]));
    }

    // Base32 of the first 16 bytes of SHA-256(0x17 || [exchange id, [actor kind, actor key], command id]).
    /// <summary>The id of what a command creates, where the id may be guessed by whoever knows the command.</summary>
    public static GrainKey DerivedId(ExchangeId exchange, ChainId actor, CommandId command)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(3);
        writer.WriteBytes16(exchange.Value);
        writer.WriteChain(actor);
        writer.WriteBytes16(command.Value);
        return Base32.Key(Tagged(HashTag.DerivedId, writer.Written).Span[..Bytes16.SizeBytes]);
    }

    /// <summary>SHA-256(tag || canonical bytes).</summary>
    public static Digest Tagged(HashTag tag, ReadOnlySpan<byte> canonical)
    {
        Span<byte> hash = stackalloc byte[Digest.SizeBytes];
        if (canonical.Length <= 4096)
        {
            Span<byte> input = stackalloc byte[canonical.Length + 1];
            input[0] = (byte)tag;
            canonical.CopyTo(input[1..]);
            _ = SHA256.HashData(input, hash);
            return new Digest(hash);
        }

        using var incremental = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        incremental.AppendData([(byte)tag]);
        incremental.AppendData(canonical);
        _ = incremental.GetHashAndReset(hash);
        return new Digest(hash);
    }
}
