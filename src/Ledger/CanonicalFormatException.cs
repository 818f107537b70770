namespace Exchange.Ledger;

/// <summary>Bytes that are not the one canonical encoding of what was expected: a broken outside world.</summary>
public sealed class CanonicalFormatException : FormatException
{
    /// <summary>Says what is wrong and at which byte.</summary>
    public CanonicalFormatException(string message, int offset)
        : base($"{message} (at byte {offset})") => Offset = offset;

    /// <summary>The offset of the offending byte in what was read.</summary>
    public int Offset { get; }
}
