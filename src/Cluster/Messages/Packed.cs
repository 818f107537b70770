using MessagePack;

namespace Exchange.Cluster.Messages;

/// <summary>A message as Orleans carries it: bytes that it neither reads nor copies.</summary>
/// <param name="Bytes">The message in MessagePack. Nobody changes them.</param>
[GenerateSerializer]
[Immutable]
[Alias("exchange.packed")]
public readonly record struct Packed([property: Id(0)] byte[] Bytes)
{
    // What other nodes send is not trusted to be small or well-formed.
    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>Packs a message.</summary>
    public static Packed Of<TMessage>(TMessage message) => new(MessagePackSerializer.Serialize(message, Options));

    /// <summary>Which form a message has: its first field in every form.</summary>
    /// <exception cref="MessagePackSerializationException">The bytes are no message.</exception>
    public int ReadVersion()
    {
        var reader = new MessagePackReader(Bytes);
        return reader.ReadArrayHeader() > 0
            ? reader.ReadInt32()
            : throw new MessagePackSerializationException("Expected a message, found an empty array.");
    }

    /// <summary>Unpacks a message.</summary>
    /// <exception cref="MessagePackSerializationException">The bytes are no such message.</exception>
    public TMessage Open<TMessage>() => MessagePackSerializer.Deserialize<TMessage>(Bytes, Options);
}
