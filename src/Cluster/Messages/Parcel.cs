namespace Exchange.Cluster.Messages;

// family: what a grain is given and gives, and how it leaves its silo

/// <summary>
/// What a grain is given or gives: itself as long as it stays on its silo, a message once Orleans carries it to another
/// node. Nobody changes either.
/// </summary>
[Immutable]
public sealed class Parcel
{
    private readonly Func<Packed> _pack;

    private Parcel(object? content, Func<Packed> pack) => (Content, _pack) = (content, pack);

    /// <summary>What was given on this silo; nothing where it came from another node.</summary>
    public object? Content { get; }

    /// <summary>What is here.</summary>
    /// <param name="content">What whoever is on this silo gets.</param>
    /// <param name="pack">Its message, asked for when it leaves, more than once where it is sent again.</param>
    public static Parcel Of(object content, Func<Packed> pack) => new(content, pack);

    /// <summary>What is a message already.</summary>
    public static Parcel Of(Packed message) => new(content: null, () => message);

    /// <summary>Its message.</summary>
    /// <exception cref="ArgumentException">The content holds what its own form does not admit.</exception>
    public Packed Pack() => _pack();
}

/// <summary>Packs what leaves a silo.</summary>
[RegisterConverter]
public sealed class ParcelConverter : IConverter<Parcel, Packed>
{
    public Parcel ConvertFromSurrogate(in Packed surrogate) => Parcel.Of(surrogate);

    public Packed ConvertToSurrogate(in Parcel value) => value.Pack();
}
