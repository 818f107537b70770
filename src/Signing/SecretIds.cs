using System.Security.Cryptography;
using Exchange.Ledger;

namespace Exchange.Signing;

// Each is made of the first 16 bytes of HMAC-SHA-256(secret, one canonical array). See docs/ledger-format.md, "Ids".
/// <summary>
/// Ids and salts that nobody can guess or link without the secret for that use (32 bytes, one for each use).
/// </summary>
public static class SecretIds
{
    /// <summary>The least size of a secret.</summary>
    public const int SecretSizeBytesMin = 32;

    [ThreadStatic]
    private static CanonicalWriter? _writer;

    // [exchange id, actor, command id, ordinal]
    /// <summary>The key of a household or member that a command creates: the same again for a retry.</summary>
    public static GrainKey ForCreated(
        ReadOnlySpan<byte> secret, ExchangeId exchange, ChainId actor, CommandId command, int ordinal)
    {
        var writer = Writer();
        writer.WriteArray(4);
        writer.WriteBytes16(exchange.Value);
        writer.WriteChain(actor);
        writer.WriteBytes16(command.Value);
        writer.WriteInteger(ordinal);
        return Key(secret, writer);
    }

    // [agreement, household, member or nil]
    /// <summary>What a licensee knows a household or member by under one agreement.</summary>
    public static GrainKey Pseudonym(ReadOnlySpan<byte> secret, ChainId agreement, ChainId household, string? member)
    {
        var writer = Writer();
        writer.WriteArray(3);
        writer.WriteChain(agreement);
        writer.WriteChain(household);
        if (member is null)
        {
            writer.WriteNil();
        }
        else
        {
            writer.WriteText(member);
        }

        return Key(secret, writer);
    }

    // [department key, scheme, value]
    /// <summary>The key of the grain that stands for a department's number of a household or person.</summary>
    public static GrainKey IdentifierKey(ReadOnlySpan<byte> indexKey, GrainKey department, string scheme, string value)
    {
        var writer = Writer();
        writer.WriteArray(3);
        writer.WriteText(department.Value);
        writer.WriteText(scheme);
        writer.WriteText(value);
        return Key(indexKey, writer);
    }

    // [chain, index]
    /// <summary>The salt of an entry.</summary>
    public static EntrySalt Salt(ReadOnlySpan<byte> saltKey, ChainId chain, EntryIndex index)
    {
        var writer = Writer();
        writer.WriteArray(2);
        writer.WriteChain(chain);
        writer.WriteInteger(index.Value);
        return new(Derive(saltKey, writer));
    }

    private static GrainKey Key(ReadOnlySpan<byte> secret, CanonicalWriter writer)
    {
        Span<byte> bytes = stackalloc byte[Bytes16.SizeBytes];
        Derive(secret, writer).CopyTo(bytes);
        return Base32.Key(bytes);
    }

    private static Bytes16 Derive(ReadOnlySpan<byte> secret, CanonicalWriter writer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, SecretSizeBytesMin, nameof(secret));
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        ShortHmac.Hash(secret, writer.Written, hash);
        return Bytes16.From(hash[..Bytes16.SizeBytes]);
    }

    private static CanonicalWriter Writer()
    {
        var writer = _writer ??= new();
        writer.Reset();
        return writer;
    }
}
