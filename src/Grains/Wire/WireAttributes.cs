namespace Exchange.Grains.Wire;

// family: how a record states its form on the wire

/// <summary>Gives a command, event or fact its number and version. Numbers are never reused.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WireAttribute(int type, int version = 1) : Attribute
{
    public int Type { get; } = type;

    public int Version { get; } = version;
}

/// <summary>Gives one case of a closed family its number; written as [case, fields].</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WireCaseAttribute(int number) : Attribute
{
    public int Number { get; } = number;
}

/// <summary>Bounds a text in bytes of UTF-8; prose may have line feeds.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TextAttribute(int sizeBytesMax) : Attribute
{
    public int SizeBytesMax { get; } = sizeBytesMax;

    public bool Prose { get; init; }
}

/// <summary>Bounds the number of items of a list, set or map; the default is 1,024.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class CountAttribute(int countMax) : Attribute
{
    public int CountMax { get; } = countMax;
}

/// <summary>
/// Says that many records repeat the value of a field: where it was read before, the same object is given again.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SharedAttribute : Attribute;

/// <summary>A value that writes itself: an id, a code.</summary>
public interface IWireValue<TSelf>
    where TSelf : IWireValue<TSelf>
{
    static abstract TSelf ReadFrom(ref CanonicalReader reader);

    void WriteTo(CanonicalWriter writer);
}
