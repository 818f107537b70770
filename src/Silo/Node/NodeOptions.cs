using Exchange.Engine.Hosting;
using Exchange.Store.Postgres;

namespace Exchange.Silo.Node;

/// <summary>How a node is set up.</summary>
/// <param name="Data">What it keeps on its machine; everything, with the embedded store.</param>
/// <param name="Url">Where its API listens: <c>http://127.0.0.1:5080</c> unless told otherwise; port 0 takes a free
/// one.</param>
/// <param name="DeliveryRowsPerSecond">
/// How many rows a second one delivery hands over at most; nothing means as fast as the buyer takes them.
/// </param>
/// <param name="Store">Where chains, rows, keys and content are kept.</param>
/// <param name="Database">The database that nodes share; the one that the environment names where nothing does.</param>
/// <param name="Cluster">The cluster that it joins; nothing where it runs all grains itself.</param>
public sealed record NodeOptions(
    DataDirectory Data, Uri Url, int? DeliveryRowsPerSecond, StoreKind Store = StoreKind.Sqlite,
    PostgresOptions? Database = null, ClusterJoin? Cluster = null)
{
    public static readonly Uri UrlDefault = new("http://127.0.0.1:5080");

    /// <summary>How many grains stay in memory before idle ones have to leave.</summary>
    public int GrainsMax { get; init; } = EmbeddedLimits.ResidentMaxDefault;
}
