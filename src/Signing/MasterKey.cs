using System.Security.Cryptography;

namespace Exchange.Signing;

/// <summary>The 32 secret bytes that wrap all other keys; kept outside the database. Never printed.</summary>
public sealed class MasterKey
{
    /// <summary>The size in bytes.</summary>
    public const int SizeBytes = 32;

    private readonly byte[] _bytes;

    /// <summary>Copies exactly <see cref="SizeBytes"/> bytes.</summary>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public MasterKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException($"Expected {SizeBytes} bytes, found {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>Makes a fresh key.</summary>
    public static MasterKey Create() => new(RandomNumberGenerator.GetBytes(SizeBytes));

    /// <summary>A copy of the secret bytes, for the file that keeps them.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>Says only that this is a key.</summary>
    public override string ToString() => "MasterKey";

    internal ReadOnlySpan<byte> Span => _bytes;
}
