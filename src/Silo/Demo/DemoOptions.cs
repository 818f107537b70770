using Exchange.Silo.Node;

namespace Exchange.Silo.Demo;

/// <summary>How the story is told.</summary>
/// <param name="Households">A CSV with one row per household; a generated register where nothing is said.</param>
/// <param name="Key">Its column with the number of the household.</param>
/// <param name="Data">Where the node keeps everything; must be empty. A fresh directory where nothing is said.</param>
/// <param name="Stay">Whether the node keeps running afterwards.</param>
/// <param name="Store">Where it keeps its chains.</param>
public sealed record DemoOptions(
    string? Households, string? Key, int Seed, string? Data, bool Stay, StoreKind Store = StoreKind.Sqlite);
