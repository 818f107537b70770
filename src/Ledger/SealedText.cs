namespace Exchange.Ledger;

/// <summary>A personal text, sealed at the edge before the command that carries it exists.</summary>
/// <param name="Nonce">The twelve bytes of the nonce.</param>
/// <param name="Ciphertext">The ciphertext with the sixteen bytes of the tag behind it.</param>
public sealed record SealedText(ReadOnlyMemory<byte> Nonce, ReadOnlyMemory<byte> Ciphertext);
