using Exchange.Benchmarks.World;
using Exchange.Engine.Ports;
using Exchange.Grains.Values;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>One script of commands, each a second after the one before.</summary>
internal static class Script
{
    private const int Households = 8;

    internal static readonly ChainId Dataset = ChainId.Parse("dataset/poverty");

    internal static async Task RunAsync(IExchange exchange, SetTime time)
    {
        var parties = new Parties(new Paced(exchange, time));
        await parties.RegisterAsync();
        _ = await parties.PublishDatasetAsync(
            Dataset,
            [
                new(ColumnName.Parse("card"), ColumnType.Text, Required: true),
                new(ColumnName.Parse("income"), ColumnType.Text, Required: false),
            ]);
        var terms = Parties.Terms(Dataset.Key, [ColumnName.Parse("income")]);
        for (var number = 0; number < Households; number++)
        {
            var household = Parties.HouseholdOf(number);
            await parties.RegisterHouseholdAsync(household);
            Parties.Expect(await parties.ConsentAsync(household, terms), terms);
            Parties.Expect(await parties.WithdrawAsync(household), household);
        }
    }

    /// <summary>All chains of a store, to the byte.</summary>
    internal static async Task<ImmutableSortedDictionary<ChainId, ImmutableArray<string>>> ChainsAsync(
        ILedgerStore store)
    {
        var chains = ImmutableSortedDictionary.CreateBuilder<ChainId, ImmutableArray<string>>();
        await foreach (var (chain, _) in store.ReadChainsAsync(after: null, CancellationToken.None))
        {
            var entries = ImmutableArray.CreateBuilder<string>();
            await foreach (var entry in store.ReadChainAsync(chain, new(0), null, CancellationToken.None))
            {
                entries.Add(Convert.ToHexStringLower(entry.Bytes.Span));
            }

            chains.Add(chain, entries.ToImmutable());
        }

        return chains.ToImmutable();
    }

    private sealed class Paced(IExchange inner, SetTime time) : IExchange
    {
        public ExchangeId Id => inner.Id;

        public ValueTask<SubmitOutcome> SubmitAsync(CommandRequest request, CancellationToken cancellationToken)
        {
            // So long that what is cited rests in both.
            time.Move(TimeSpan.FromSeconds(2));
            return inner.SubmitAsync(request, cancellationToken);
        }

        public ValueTask<GrainReading> ReadAsync(ChainId chain, CancellationToken cancellationToken) =>
            inner.ReadAsync(chain, cancellationToken);

        public ValueTask<ReplayOutcome> ReplayAsync(
            ChainId chain, ReplayPoint point, CancellationToken cancellationToken) =>
            inner.ReplayAsync(chain, point, cancellationToken);
    }
}
