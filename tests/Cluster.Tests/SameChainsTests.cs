using Exchange.Cluster.Tests.Hosts;
using Exchange.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Cluster.Tests;

public sealed class SameChainsTests
{
    [ServerFact]
    public async Task One_script_gives_the_same_chains_and_answers_in_one_process_and_in_a_cluster()
    {
        using var one = TestDatabase.Create();
        var (begun, opened) = await TestNode.OpenAloneAsync(one, new SetTime());
        await opened.DisposeAsync();
        begun.Dispose();
        using var other = one.Copy();

        var expected = await RunAloneAsync(one);
        var found = await RunInClusterAsync(other);

        Assert.Equal(expected.Answers.ToArray(), found.Answers.ToArray());
        Assert.Equal(expected.Chains.Keys, found.Chains.Keys);
        Assert.All(expected.Chains, chain => Assert.Equal(chain.Value.ToArray(), found.Chains[chain.Key].ToArray()));
    }

    private static async Task<Told> RunAloneAsync(TestDatabase database)
    {
        var time = new SetTime();
        var (store, exchange) = await TestNode.OpenAloneAsync(database, time);
        using var closed = store;
        await using var alone = exchange;
        await using var dueWork = await DueWork.TakeAsync(store);
        return new(await Script.RunAsync(alone, time, dueWork), await Script.ChainsAsync(store.Ledger));
    }

    private static async Task<Told> RunInClusterAsync(TestDatabase database)
    {
        var time = new SetTime();
        using var store = PostgresStore.Open(database.NewOptions(), NullLogger.Instance);
        await using var dueWork = await DueWork.TakeAsync(store);
        await using var first = await TestNode.StartSiloAsync(database, time);
        await using var second = await TestNode.StartSiloAsync(database, time);
        await TestNode.MeetAsync(first, second);
        await using var gateway = await TestNode.StartGatewayAsync(database, time);
        var answers = await Script.RunAsync(gateway.Exchange, time, dueWork);

        // Otherwise they would be one process too.
        Assert.All([first, second], silo => Assert.NotEqual(0, silo.Here.ResidentCount));
        return new(answers, await Script.ChainsAsync(gateway.Ledger));
    }

    /// <summary>What every command was answered, and all chains after them.</summary>
    private sealed record Told(
        ImmutableArray<string> Answers, ImmutableSortedDictionary<ChainId, ImmutableArray<string>> Chains);
}
