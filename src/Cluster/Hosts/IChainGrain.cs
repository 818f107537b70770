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
    /// <summary>Gives a command: a <see cref="CommandMessage"/> in, an <see cref="AnswerMessage"/> out.</summary>
    [AlwaysInterleave]
    [Alias("submit")]
    Task<Packed> SubmitAsync(Packed command);

    /// <summary>The state at the head in the store: a <see cref="ReadingMessage"/>.</summary>
    /// <param name="version">The newest form of it that the caller knows.</param>
    [AlwaysInterleave]
    [Alias("read")]
    Task<Packed> ReadAsync(int version);
}
