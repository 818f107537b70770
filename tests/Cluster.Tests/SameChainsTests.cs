using Exchange.Cluster.Tests.Hosts;

namespace Exchange.Cluster.Tests;

public sealed class SameChainsTests
{
    [ServerFact]
    public async Task One_script_gives_the_same_chains_in_one_process_and_in_a_cluster()
    {
        using var one = TestDatabase.Create();
        var (begun, opened) = await TestNode.OpenAloneAsync(one, new SetTime());
        await opened.DisposeAsync();
        begun.Dispose();
        using var other = one.Copy();

        var time = new SetTime();
        var (store, alone) = await TestNode.OpenAloneAsync(one, time);
        await Script.RunAsync(alone, time);
        var expected = await Script.ChainsAsync(store.Ledger);
        await alone.DisposeAsync();
        store.Dispose();

        time = new();
        await using var first = await TestNode.StartSiloAsync(other, time);
        await using var second = await TestNode.StartSiloAsync(other, time);
        await using var gateway = await TestNode.StartGatewayAsync(other, time);
        await Script.RunAsync(gateway.Exchange, time);
        var found = await Script.ChainsAsync(gateway.Ledger);

        Assert.Equal(0, gateway.Here.ResidentCount);
        Assert.Equal(expected.Keys, found.Keys);
        Assert.All(expected, chain => Assert.Equal(chain.Value.ToArray(), found[chain.Key].ToArray()));
    }
}
