using System.Reflection;

namespace Exchange.Grains.Wire;

/// <summary>One field of a record: its type, whether it may be absent, its bounds, and whether it repeats.</summary>
public sealed record FieldType(Type Type, bool Optional, int SizeBytesMax, bool Prose, int CountMax, bool Shared)
{
    public const int TextSizeBytesDefault = 256;
    public const int CountDefault = 1024;

    /// <summary>Reads a parameter's declaration; nullable annotations say what may be absent.</summary>
    public static FieldType Of(ParameterInfo parameter)
    {
        var text = parameter.GetCustomAttribute<TextAttribute>();
        var count = parameter.GetCustomAttribute<CountAttribute>()?.CountMax ?? CountDefault;
        var underlying = Nullable.GetUnderlyingType(parameter.ParameterType);
        var optional = underlying is not null
            || new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.Nullable;
        return new(
            parameter.ParameterType, optional, text?.SizeBytesMax ?? TextSizeBytesDefault, text?.Prose ?? false, count,
            parameter.GetCustomAttribute<SharedAttribute>() is not null);
    }

    public FieldType ElementOf(Type element) => this with { Type = element, Optional = false, Shared = false };
}
