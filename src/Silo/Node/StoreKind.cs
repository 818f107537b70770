namespace Exchange.Silo.Node;

/// <summary>Where a node keeps what it keeps.</summary>
public enum StoreKind
{
    /// <summary>In its data directory, for itself alone.</summary>
    Sqlite = 1,

    /// <summary>In a database that several nodes may share.</summary>
    Postgres = 2,
}
