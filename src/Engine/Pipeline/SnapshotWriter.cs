using System.Threading.Channels;
using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Pipeline;

/// <summary>
/// Writes snapshots in the background, one after the other, so that a later one of a chain never loses to an earlier
/// one.
/// Where more wait than it can write, the new ones are dropped: they are derived data, and the chain comes by again.
/// </summary>
/// <param name="store">Where they are kept.</param>
/// <param name="everyEntries">After how many entries a chain gets a new one.</param>
/// <param name="logger">Told what failed.</param>
public sealed class SnapshotWriter(ISnapshotStore store, int everyEntries, ILogger logger) : IAsyncDisposable
{
    private const int WaitingMax = 256;

    private readonly Channel<(GrainRules Rules, ChainId Chain, Belief Belief)> _waiting =
        System.Threading.Channels.Channel.CreateBounded<(GrainRules, ChainId, Belief)>(WaitingMax);

    private Task? _running;

    /// <summary>Begins to write what is offered.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>
    /// Offers a belief; answers where the chain's latest snapshot stands then, written or on its way.
    /// </summary>
    public EntryIndex Offer(GrainRules rules, ChainId chain, Belief belief, EntryIndex last) =>
        belief.Head.Index.Value - last.Value >= everyEntries && _waiting.Writer.TryWrite((rules, chain, belief))
            ? belief.Head.Index
            : last;

    /// <summary>Writes what waits, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _ = _waiting.Writer.TryComplete();
        if (_running is not null)
        {
            await _running;
        }
    }

    private async Task RunAsync()
    {
        var writer = new CanonicalWriter();
        await foreach (var (rules, chain, belief) in _waiting.Reader.ReadAllAsync())
        {
            try
            {
                writer.Reset();
                rules.WriteState(writer, belief.State);
                await store.WriteAsync(
                    new(chain, belief.Head, belief.HeadTime, rules.StateVersion, writer.ToArray()),
                    CancellationToken.None);
                Metrics.SnapshotsWritten.Add(1);
            }
            // Boundary: a snapshot that cannot be written costs time at the next load and nothing else.
            catch (Exception error)
            {
                Log.SnapshotNotWritten(logger, chain, error);
            }
        }
    }
}
