using Exchange.Benchmarks.World;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;
using Exchange.Grains.Households;
using Exchange.Grains.Values;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>One script of commands, each two seconds after the one before.</summary>
internal static class Script
{
    private const int Households = 12;

    internal static readonly ChainId Dataset = ChainId.Parse("dataset/poverty");
    internal static readonly ChainId Agreement = ChainId.Parse("agreement/first");

    private static readonly ImmutableSortedSet<ColumnName> Income = [ColumnName.Parse("income")];

    /// <summary>A request of an agreement, which needs no offer here.</summary>
    internal static CommandRequest Request(ulong number) => new(
        Agreement, new(new Bytes16(8, number)), Parties.Licensee, new RequestAgreement(new(
            Parties.Department, Parties.Buyer, LawfulBasis.Consent, Parties.Purpose, Parties.Always, Dataset.Key,
            GrainKey.Parse("offer"), default, Income, PinnedRevision: null)));

    /// <summary>Runs it; answers what every command was answered, in their order.</summary>
    internal static async Task<ImmutableArray<string>> RunAsync(IExchange exchange, SetTime time, DueWork dueWork)
    {
        var paced = new Paced(exchange, time);
        var parties = new Parties(paced);
        await parties.RegisterAsync();
        _ = await parties.PublishDatasetAsync(
            Dataset,
            [
                new(ColumnName.Parse("card"), ColumnType.Text, Required: true),
                new(ColumnName.Parse("income"), ColumnType.Text, Required: false),
            ]);
        var terms = Parties.Terms(Dataset.Key, Income);
        for (var number = 0; number < Households; number++)
        {
            var household = Parties.HouseholdOf(number);
            await parties.RegisterHouseholdAsync(household);
            Parties.Expect(await parties.ConsentAsync(household, terms), terms);
            Parties.Expect(await parties.WithdrawAsync(household), household);
        }

        await AgreeAsync(paced, time, dueWork);
        await BeRefusedAsync(paced, parties, Parties.HouseholdOf(0));
        return [.. paced.Answers];
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

    // It is noted on the chains of both parties, which is due work; then one party ends it.
    private static async Task AgreeAsync(IExchange exchange, SetTime time, DueWork dueWork)
    {
        Parties.Expect(await exchange.SubmitAsync(Request(number: 1), CancellationToken.None), Agreement);
        await dueWork.DoAsync(exchange, time);
        var terminate = new TerminateAgreement("No longer wanted");
        Parties.Expect(
            await exchange.SubmitAsync(
                new(Agreement, new(new Bytes16(8, 2)), Parties.Licensee, terminate), CancellationToken.None),
            terminate);
    }

    // For what it cites, for what stands on its own chain, for what the caller saw last, and for a key used before.
    private static async Task BeRefusedAsync(IExchange exchange, Parties parties, ChainId household)
    {
        var withdrawal = DuplicateActivationTests.Withdrawal(1) with { Chain = household };
        SubmitOutcome[] refused =
        [
            await parties.ConsentAsync(household, Parties.Terms(GrainKey.Parse("unknown"), Income)),
            await exchange.SubmitAsync(
                withdrawal with
                {
                    Actor = withdrawal.Actor with { Id = household },
                    Command = new WithdrawConsent(
                        WithdrawalScope.ThisConsent, GrainKey.Parse("unknown"), Recipient: null, SignedAt: null,
                        Note: null),
                },
                CancellationToken.None),
            await exchange.SubmitAsync(
                withdrawal with
                {
                    Actor = withdrawal.Actor with { Id = household },
                    ExpectedHead = new(new(1), Hashes.Tagged(HashTag.Document, [1])),
                },
                CancellationToken.None),
            await exchange.SubmitAsync(
                Request(number: 1) with { Command = new TerminateAgreement("Another command") },
                CancellationToken.None),
        ];
        Assert.All(refused, outcome => Assert.IsType<SubmitOutcome.Refused>(outcome));
        Assert.Equal(refused.Length, refused.Distinct().Count());
    }

    private sealed class Paced(IExchange inner, SetTime time) : IExchange
    {
        public ExchangeId Id => inner.Id;

        internal List<string> Answers { get; } = [];

        public async ValueTask<SubmitOutcome> SubmitAsync(
            CommandRequest request, CancellationToken cancellationToken)
        {
            // So long that what is cited rests in both.
            time.Move(TimeSpan.FromSeconds(2));
            var outcome = await inner.SubmitAsync(request, cancellationToken);
            Answers.Add(outcome is SubmitOutcome.Accepted accepted
                ? $"{accepted.Replayed} {accepted.Receipt} {string.Join(", ", accepted.Changes)}"
                : $"{outcome}");
            return outcome;
        }

        public ValueTask<GrainReading> ReadAsync(ChainId chain, CancellationToken cancellationToken) =>
            inner.ReadAsync(chain, cancellationToken);

        public ValueTask<ReplayOutcome> ReplayAsync(
            ChainId chain, ReplayPoint point, CancellationToken cancellationToken) =>
            inner.ReplayAsync(chain, point, cancellationToken);
    }
}
