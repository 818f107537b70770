using Exchange.Cluster.Messages;
using Orleans.Concurrency;

namespace Exchange.Cluster.Hosts;

/// <summary>
/// A grain as the cluster sees it. Calls interleave, so that commands which wait for the store are decided together in
/// the grain's mailbox.
/// </summary>
[Alias("exchange.chain")]
public interface IChainGrain : IGrainWithStringKey
{
    /// <summary>
    /// Gives a command and gets its answer: between nodes a <see cref="CommandMessage"/> and an
    /// <see cref="AnswerMessage"/>.
    /// </summary>
    [AlwaysInterleave]
    [Alias("submit")]
    Task<Parcel> SubmitAsync(Parcel command);

    /// <summary>The state at the head in the store: between nodes a <see cref="ReadingMessage"/>.</summary>
    /// <param name="version">The newest form of it that the caller knows.</param>
    [AlwaysInterleave]
    [Alias("read")]
    Task<Parcel> ReadAsync(int version);
}
