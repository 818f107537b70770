using Exchange.Benchmarks.World;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Engine.Ports;

namespace Exchange.Cluster.Tests;

/// <summary>Two silos that run one grain at the same time, each past the other: the fence decides.</summary>
public sealed class DuplicateActivationTests
{
    private const int Commands = 200;

    private static readonly ChainId Household = Parties.HouseholdOf(1);

    [ServerFact]
    public async Task Two_activations_of_one_grain_neither_fork_it_nor_lose_an_entry()
    {
        using var database = TestDatabase.Create();
        await using var first = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await using var second = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await new Parties(first.Exchange).RegisterAsync();
        await new Parties(first.Exchange).RegisterHouseholdAsync(Household);

        // Both believe the same head, so whoever stores second meets the fence.
        _ = await first.Here.ReadAsync(Household, CancellationToken.None);
        _ = await second.Here.ReadAsync(Household, CancellationToken.None);
        var receipts = await Task.WhenAll(Enumerable.Range(0, Commands).Select(number => AcceptedAsync(
            (number % 2 == 0 ? first : second).Here, Withdrawal(number))));

        var reading = await second.Exchange.ReadAsync(Household, CancellationToken.None);
        var chains = await Script.ChainsAsync(first.Ledger);
        Assert.Equal(Enumerable.Range(1, Commands).Select(index => (long)index), receipts.Select(
            receipt => receipt.Index.Value).Order());
        Assert.Equal(Commands + 1, chains[Household].Length);
        Assert.Equal(Commands, reading.Head.Index.Value);
        Assert.Contains(first.Log.Texts.Concat(second.Log.Texts), line => line.Contains(
            $"A part of {Household} was not stored: {AppendOutcome.HeadMoved}", StringComparison.Ordinal));
    }

    [ServerFact]
    public async Task One_command_given_to_two_activations_happens_once()
    {
        using var database = TestDatabase.Create();
        await using var first = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await using var second = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await new Parties(first.Exchange).RegisterAsync();
        await new Parties(first.Exchange).RegisterHouseholdAsync(Household);

        for (var number = 0; number < 20; number++)
        {
            var receipts = await Task.WhenAll(
                AcceptedAsync(first.Here, Withdrawal(number)), AcceptedAsync(second.Here, Withdrawal(number)),
                AcceptedAsync(first.Exchange, Withdrawal(number)), AcceptedAsync(second.Exchange, Withdrawal(number)));
            _ = Assert.Single(receipts.Distinct());
        }

        Assert.Equal(21, (await Script.ChainsAsync(first.Ledger))[Household].Length);
    }

    internal static CommandRequest Withdrawal(int number) => new(
        Household, new(new Bytes16(9, (ulong)number)),
        new(Household, Role.Household, null, null, Channel.Self, null),
        new Grains.Households.WithdrawConsent(
            Grains.Households.WithdrawalScope.AllForRecipient, Consent: null, Parties.Stranger, SignedAt: null,
            Note: null));

    internal static async Task<Receipt> AcceptedAsync(IExchange exchange, CommandRequest request) =>
        Assert.IsType<SubmitOutcome.Accepted>(await exchange.SubmitAsync(request, CancellationToken.None)).Receipt;
}
