using System.Security.Cryptography;

namespace Exchange.Signing;

/// <summary>
/// The 32 secret bytes of one household or officer: whoever loses them loses what they sealed. Never printed.
/// </summary>
public sealed class SubjectKey
{
    /// <summary>The size in bytes.</summary>
    public const int SizeBytes = 32;

    private readonly byte[] _bytes;

    /// <summary>Copies exactly <see cref="SizeBytes"/> bytes.</summary>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public SubjectKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException($"Expected {SizeBytes} bytes, found {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>Makes a fresh key.</summary>
    public static SubjectKey Create() => new(RandomNumberGenerator.GetBytes(SizeBytes));

    /// <summary>Says only that this is a key.</summary>
    public override string ToString() => "SubjectKey";

    internal ReadOnlySpan<byte> Span => _bytes;
}
