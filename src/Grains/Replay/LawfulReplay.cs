namespace Exchange.Grains.Replay;

/// <summary>
/// Replays one chain and decides each of its entries again. Facts go to a spool, to be compared with the chains they
/// cite when those are replayed. Behind a breach nothing is replayed: its state would be nobody's. Not thread-safe.
/// </summary>
public sealed class LawfulReplay
{
    private readonly IChainSpool? _citations;
    private Breach? _breach;

    /// <summary>Begins before the first entry.</summary>
    /// <param name="citations">Takes the facts; without it they are not kept.</param>
    public LawfulReplay(ExchangeId exchange, ChainId chain, IChainSpool? citations)
    {
        Replay = new(exchange, chain);
        _citations = citations;
    }

    /// <summary>What was replayed so far.</summary>
    public ChainReplay Replay { get; }

    /// <summary>Decides the next entry again and applies it; answers the first breach of the chain.</summary>
    public Breach? Next(Entry entry, Digest hash)
    {
        if (_breach is not null)
        {
            return _breach;
        }

        _breach = DecideAgain.Check(Replay.State, entry, out var decided);
        if (_breach is not null)
        {
            return _breach;
        }

        for (var i = 0; _citations is not null && i < decided!.Facts.Length; i++)
        {
            _citations.Add(Citation.Of(entry, decided.Questions[i], decided.Facts[i]).ToItem());
        }

        Replay.Apply(entry, hash, decided!.Events);
        return null;
    }
}
