namespace Exchange.Store.Postgres;

/// <summary>Where a private server keeps its data and how it is set up.</summary>
public sealed record PrivateServerOptions
{
    /// <summary>Everything of the server; a directory that is removed at the end where none is named.</summary>
    public string? Directory { get; init; }

    /// <summary>The database of the exchange.</summary>
    public string Database { get; init; } = "exchange";

    /// <summary>
    /// Whether the server may lose all when the machine stops: it starts and writes faster. For tests of everything
    /// else.
    /// </summary>
    public bool IsForgetful { get; init; }

    /// <summary>Settings beside the server's defaults, as <c>name=value</c>.</summary>
    public ImmutableArray<string> Settings { get; init; } = [];
}
