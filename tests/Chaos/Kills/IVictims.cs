using Exchange.Chaos.Clients;

namespace Exchange.Chaos.Kills;

/// <summary>What a run kills, and what comes back.</summary>
public interface IVictims : IAsyncDisposable
{
    /// <summary>What a program beside the nodes is told.</summary>
    NodeKeep Keep { get; }

    /// <summary>Where each node is found, also after it was killed.</summary>
    IReadOnlyList<Uri> Addresses { get; }

    /// <summary>What the nodes wrote since they were last started, for a failure's report.</summary>
    string Output { get; }

    /// <summary>Kills the next in turn as it stands and starts it again, without waiting; answers who it was.</summary>
    Task<string> KillNextAsync();

    /// <summary>Waits until every node says that it is ready; one that ended by itself is a failure.</summary>
    Task WaitUntilReadyAsync();
}
