using Exchange.Benchmarks.World;
using Exchange.Cluster.Tests.Hosts;
using static Exchange.Cluster.Tests.DuplicateActivationTests;

namespace Exchange.Cluster.Tests;

public sealed class RestartTests
{
    [ServerFact]
    public async Task All_silos_stop_and_start_again_and_nothing_is_forgotten()
    {
        using var database = TestDatabase.Create();
        Receipt receipt;
        await using (var first = await TestNode.StartSiloAsync(database, TimeProvider.System))
        await using (await TestNode.StartSiloAsync(database, TimeProvider.System))
        {
            await new Parties(first.Exchange).RegisterAsync();
            await new Parties(first.Exchange).RegisterHouseholdAsync(Parties.HouseholdOf(1));
            receipt = await AcceptedAsync(first.Exchange, Withdrawal(1));
        }

        await using var third = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await using var gateway = await TestNode.StartGatewayAsync(database, TimeProvider.System);
        var again = Assert.IsType<SubmitOutcome.Accepted>(
            await gateway.Exchange.SubmitAsync(Withdrawal(1), CancellationToken.None));
        var next = await AcceptedAsync(gateway.Exchange, Withdrawal(2));

        Assert.True(again.Replayed);
        Assert.Equal(receipt, again.Receipt);
        Assert.Equal(receipt.Index.Next, next.Index);
    }

    [ServerFact]
    public async Task A_silo_that_leaves_hands_over_while_commands_come()
    {
        using var database = TestDatabase.Create();
        await using var stays = await TestNode.StartSiloAsync(database, TimeProvider.System);
        var leaves = await TestNode.StartSiloAsync(database, TimeProvider.System);
        await TestNode.MeetAsync(stays, leaves);
        await using var gateway = await TestNode.StartGatewayAsync(database, TimeProvider.System);
        var parties = new Parties(gateway.Exchange);
        await parties.RegisterAsync();
        var households = Enumerable.Range(0, 40).Select(Parties.HouseholdOf).ToArray();
        await Task.WhenAll(households.Select(parties.RegisterHouseholdAsync));

        Assert.All([stays, leaves], silo => Assert.NotEqual(0, silo.Here.ResidentCount));

        var left = false;
        var load = Task.WhenAll(households.Select(async household =>
        {
            var rounds = 0;
            for (; rounds < 3 || !Volatile.Read(ref left); rounds++)
            {
                Parties.Expect(await parties.WithdrawAsync(household), household);
            }

            return rounds;
        }));
        await leaves.DisposeAsync();
        Volatile.Write(ref left, true);
        var accepted = await load;

        var chains = await Script.ChainsAsync(stays.Ledger);
        Assert.Equal(accepted, households.Select(household => chains[household].Length - 1));
    }
}
