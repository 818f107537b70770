namespace Exchange.Chaos.Cluster;

/// <summary>What is done next: all kinds in turn, to the silos in turn and the API nodes in turn.</summary>
public sealed class DisturbanceTurns
{
    private readonly Func<Disturbance>[] _turns;
    private readonly int _silos;
    private readonly int _gateways;
    private int _turn;
    private int _silo;
    private int _gateway;

    /// <param name="canCut">Whether there are links that can be taken down.</param>
    public DisturbanceTurns(int silos, int gateways, bool canCut)
    {
        (_silos, _gateways) = (silos, gateways);
        _turns =
        [
            () => new Disturbance.SiloKilled(Silo(), ComesBackAtOnce: false),
            () => new Disturbance.GatewayKilled(_gateway++ % _gateways),
            () => new Disturbance.SiloStopped(Silo()),
            .. Cut(CutFrom.Cluster),
            () => new Disturbance.DatabaseKilled(),
            () => new Disturbance.SiloKilled(Silo(), ComesBackAtOnce: true),
            () => new Disturbance.GatewayKilled(_gateway++ % _gateways),
            () => new Disturbance.SiloStopped(Silo()),
            .. Cut(CutFrom.Everything),
            () => new Disturbance.DatabaseKilled(),
        ];

        Func<Disturbance>[] Cut(CutFrom from) => canCut ? [() => new Disturbance.SiloCut(Silo(), from)] : [];
    }

    public Disturbance Next() => _turns[_turn++ % _turns.Length]();

    private int Silo() => _silo++ % _silos;
}
