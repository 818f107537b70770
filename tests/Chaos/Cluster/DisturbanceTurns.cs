namespace Exchange.Chaos.Cluster;

/// <summary>
/// What is done next: all kinds in turn. Each round begins with another silo, so that every kind meets every silo.
/// </summary>
public sealed class DisturbanceTurns
{
    private readonly Func<int, Disturbance>[] _turns;
    private int _turn;

    /// <param name="canCut">Whether there are links that can be taken down.</param>
    public DisturbanceTurns(int silos, int gateways, bool canCut)
    {
        _turns =
        [
            at => new Disturbance.SiloKilled(at % silos, ComesBackAtOnce: false),
            at => new Disturbance.GatewayKilled(at % gateways),
            at => new Disturbance.SiloStopped(at % silos),
            .. Cut(CutFrom.Cluster),
            _ => new Disturbance.DatabaseKilled(),
            at => new Disturbance.SiloKilled(at % silos, ComesBackAtOnce: true),
            at => new Disturbance.GatewayKilled(at % gateways),
            at => new Disturbance.SiloStopped(at % silos),
            .. Cut(CutFrom.Everything),
            _ => new Disturbance.DatabaseKilled(),
        ];

        Func<int, Disturbance>[] Cut(CutFrom from) =>
            canCut ? [at => new Disturbance.SiloCut(at % silos, from)] : [];
    }

    public Disturbance Next()
    {
        var (round, at) = Math.DivRem(_turn++, _turns.Length);
        return _turns[at](at + round);
    }
}
