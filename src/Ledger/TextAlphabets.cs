using System.Buffers;

namespace Exchange.Ledger;

internal static class TextAlphabets
{
    internal static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    internal static readonly SearchValues<char> Key = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    internal static readonly SearchValues<byte> KeyBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-"u8);
}
