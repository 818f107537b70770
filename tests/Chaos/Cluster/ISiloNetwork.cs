namespace Exchange.Chaos.Cluster;

/// <summary>Where silos find each other, and where they and the database are found.</summary>
public interface ISiloNetwork : IAsyncDisposable
{
    /// <summary>Whether a silo can be cut off.</summary>
    bool CanCut { get; }

    /// <summary>Where the database listens beside its socket; nothing where the socket is all it needs.</summary>
    SubnetHost? Database { get; }

    /// <summary>The address that a silo tells the others.</summary>
    string AdvertisedOf(int silo);

    /// <summary>The address at which a silo's API is found.</summary>
    string FrontOf(int silo);

    /// <summary>The command that starts a silo in its place.</summary>
    IReadOnlyList<string> WrapperOf(int silo);

    /// <summary>Takes a silo's links down.</summary>
    Task CutAsync(int silo, CutFrom from);

    /// <summary>Takes all links of a silo up again.</summary>
    Task MendAsync(int silo);
}
