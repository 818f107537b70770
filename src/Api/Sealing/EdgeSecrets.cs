namespace Exchange.Api.Sealing;

/// <summary>The secrets that the edge makes ids with, each of 32 bytes and for one use only.</summary>
/// <param name="Created">Makes the ids of households and members.</param>
/// <param name="Index">Makes the keys of identifiers from departments' numbers.</param>
public sealed record EdgeSecrets(ReadOnlyMemory<byte> Created, ReadOnlyMemory<byte> Index)
{
    /// <summary>Says only what this is.</summary>
    public override string ToString() => "EdgeSecrets";
}
