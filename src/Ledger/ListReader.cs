using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Exchange.Ledger;

/// <summary>
/// Reads the list of chains of a chain file, from behind the format number through the digest of the list.
/// </summary>
internal sealed class ListReader(ForwardSource source, IncrementalHash hash)
{
    internal ExchangeId Exchange { get; private set; }

    internal List<StatedChain> Chains { get; } = [];

    /// <summary>Whether reading stopped because the file ended.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Gives nothing, or what is wrong.</summary>
    internal string? Read(int format)
    {
        Span<byte> formatBytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(formatBytes, (ushort)format);
        hash.AppendData(ChainFileFormat.Magic);
        hash.AppendData(formatBytes);
        if (!TryTake(Bytes16.SizeBytes, out var exchange))
        {
            return Cut();
        }

        Exchange = new(Bytes16.From(exchange.Span));
        if (!TryTake(sizeof(uint), out var countBytes))
        {
            return Cut();
        }

        for (var left = BinaryPrimitives.ReadUInt32BigEndian(countBytes.Span); left > 0; left--)
        {
            if (ReadRecord() is { } reason)
            {
                return reason;
            }
        }

        if (!source.TryTakeDigest(out var stated))
        {
            return Cut();
        }

        var found = new Digest(hash.GetHashAndReset());
        return found == stated ? null : $"Expected a list of chains with digest {stated}, found {found}";
    }

    private string? ReadRecord()
    {
        if (!TryTake(sizeof(ushort), out var sizeBytes))
        {
            return Cut();
        }

        int size = BinaryPrimitives.ReadUInt16BigEndian(sizeBytes.Span);
        if (size > ChainFileFormat.RecordSizeBytesMax)
        {
            return $"Expected a chain's record of at most {ChainFileFormat.RecordSizeBytesMax} bytes, found {size}";
        }

        if (!TryTake(size, out var record))
        {
            return Cut();
        }

        try
        {
            var reader = new CanonicalReader(record.Span);
            reader.ExpectArray(3);
            var chain = reader.ReadChain();
            if (!ChainId.HasChain(chain.Kind))
            {
                return $"Expected the name of a chain, found {chain}";
            }

            var count = reader.ReadInteger(0, long.MaxValue);
            var head = new ChainHead(new(count - 1), reader.ReadDigest());
            reader.ExpectEnd();
            if (Chains.Count > 0 && Chains[^1].Chain >= chain)
            {
                return $"Expected a chain above {Chains[^1].Chain}, found {chain}";
            }

            Chains.Add(new(chain, head, new(count)));
            return null;
        }
        catch (CanonicalFormatException wrong)
        {
            return $"The record of chain number {Chains.Count} is malformed: {wrong.Message}";
        }
    }

    private bool TryTake(int size, out ReadOnlyMemory<byte> bytes)
    {
        var taken = source.TryTake(size, out bytes);
        hash.AppendData(bytes.Span);
        return taken;
    }

    private string Cut()
    {
        IsCut = true;
        return "Expected the list of chains, found the end of the file";
    }
}
