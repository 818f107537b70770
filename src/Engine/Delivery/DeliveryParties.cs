using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;

namespace Exchange.Engine.Delivery;

/// <summary>
/// Whether a delivery is still lawful as far as agreement, dataset and parties go. Their states are read again only
/// when a head moved; time is judged at every block. Not thread-safe.
/// </summary>
internal sealed class DeliveryParties(IExchange exchange, DeliveryPlan plan)
{
    private readonly ImmutableArray<ChainId> _chains = plan.Parties;
    private GrainReading[] _readings = [];

    /// <summary>Reads all of them afresh.</summary>
    internal async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        var readings = new GrainReading[_chains.Length];
        for (var i = 0; i < readings.Length; i++)
        {
            readings[i] = await exchange.ReadAsync(_chains[i], cancellationToken).ConfigureAwait(false);
        }

        _readings = readings;
    }

    /// <summary>Whether the states known are those that a block's read saw.</summary>
    internal bool AreAsSeenBy(BlockView view)
    {
        for (var i = 0; i < _readings.Length; i++)
        {
            if (view.PartyHeads[i] != _readings[i].Head)
            {
                return false;
            }
        }

        return _readings.Length > 0;
    }

    /// <summary>The first reason against the delivery at a moment; nothing while it is lawful.</summary>
    internal Refusal? WhyNot(UnixMilliseconds time) => _readings[0].State is not AgreementState agreement
        ? Refusal.AgreementUnknown
        : agreement.Running?.Delivery != plan.Row.Key
        ? Refusal.DeliveryEnded
        : DeliveryRules.WhyNot(
            agreement, _readings[1].State, _readings[2].State, _readings[3].State, plan.Row.Revision,
            plan.Row.DeliveredColumns, time);
}
