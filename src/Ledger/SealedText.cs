namespace Exchange.Ledger;

/// <summary>
/// A personal text, sealed at the edge before the command exists. See docs/ledger-format.md, "Sealing".
/// </summary>
/// <param name="Nonce">Twelve bytes, derived from key, place and text.</param>
/// <param name="Ciphertext">The text under AES-256-GCM, the tag of sixteen bytes last.</param>
public sealed record SealedText(ReadOnlyMemory<byte> Nonce, ReadOnlyMemory<byte> Ciphertext);
