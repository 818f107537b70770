namespace Exchange.Ledger;

// family: the name of a content item and its parts

/// <summary>What a content item is: a short word. The default value has no text.</summary>
/// <param name="Key">The word; the grammar of a grain's key.</param>
public readonly record struct ContentKind(GrainKey Key)
{
    /// <summary>The manifest of a delivery; named by its root.</summary>
    public static ContentKind Manifest => new(GrainKey.FromTrusted("manifest"));

    /// <summary>What people were told before they consented.</summary>
    public static ContentKind Notice => new(GrainKey.FromTrusted("notice"));

    /// <summary>A list of columns.</summary>
    public static ContentKind Columns => new(GrainKey.FromTrusted("columns"));

    /// <summary>The terms of an agreement, as they were offered.</summary>
    public static ContentKind Offer => new(GrainKey.FromTrusted("offer"));

    /// <summary>A document of any other sort.</summary>
    public static ContentKind Document => new(GrainKey.FromTrusted("document"));

    /// <summary>The households of one access by a regulator.</summary>
    public static ContentKind Access => new(GrainKey.FromTrusted("access"));

    /// <summary>The word.</summary>
    public string Value => Key.Value;

    /// <summary>The word.</summary>
    public override string ToString() => Key.ToString();
}

/// <summary>The name of a content item: what entries call it by.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Digest">A manifest's root; for every other kind SHA-256(0x19 || bytes).</param>
public readonly record struct ContentName(ContentKind Kind, Digest Digest);

/// <summary>
/// Says whether the bytes of a content item have its name; for manifests, whose rule stands elsewhere.
/// </summary>
/// <param name="name">The name that the file states.</param>
/// <param name="bytes">The bytes, to be read once.</param>
public delegate bool ContentCheck(ContentName name, Stream bytes);
