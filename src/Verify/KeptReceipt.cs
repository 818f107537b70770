using System.Text;
using System.Text.Json;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>
/// A receipt as somebody kept it: as the API answered it, with or without its data, or in canonical form.
/// </summary>
internal sealed record KeptReceipt(string Path, Receipt Receipt)
{
    private const int SizeBytesMax = 64 * 1024;
    private const int DepthMax = 16;

    private static readonly JsonDocumentOptions Strict =
        new() { MaxDepth = DepthMax, AllowDuplicateProperties = false };

    /// <summary>Reads a receipt.</summary>
    /// <exception cref="NotEvidenceException">The file is not a receipt or cannot be read.</exception>
    internal static KeptReceipt Read(string path)
    {
        var bytes = EvidenceFile.ReadSmall(path, SizeBytesMax);
        var mark = Encoding.UTF8.Preamble;
        var text = bytes.AsMemory(bytes.AsSpan().StartsWith(mark) ? mark.Length : 0);
        try
        {
            return new(path, text.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8)
                ? FromJson(text)
                : ReceiptCodec.Decode(bytes));
        }
        // Boundary: the receipt is the caller's; whatever is wrong with it, it is not one.
        catch (Exception failure) when (failure is CanonicalFormatException or JsonException or FormatException)
        {
            throw new NotEvidenceException($"{path} is not a receipt: {failure.Message}", failure);
        }
    }

    private static Receipt FromJson(ReadOnlyMemory<byte> text)
    {
        using var document = JsonDocument.Parse(text, Strict);
        var root = document.RootElement;
        var receipt = root.TryGetProperty("receipt", out var inner) && inner.ValueKind == JsonValueKind.Object
            ? inner
            : root;
        return ExchangeId.TryParse(Text(receipt, "exchange"), out var exchange)
            && ChainId.TryParse(Text(receipt, "chain"), out var chain)
            && receipt.TryGetProperty("index", out var number) && number.ValueKind == JsonValueKind.Number
            && number.TryGetInt64(out var index) && index >= 0
            && Digest.TryParse(Text(receipt, "hash"), out var hash)
            && ReplayRequest.TryParseTime(Text(receipt, "recordedAt"), out var recordedAt)
                ? new(exchange, chain, new(index), hash, recordedAt)
                : throw new FormatException("Expected exchange, chain, index, hash and recordedAt.");
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
