using Exchange.Cluster.Jobs;
using Exchange.Cluster.Tests.Hosts;
using Exchange.Benchmarks.World;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;
using Exchange.Grains.Values;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Core.Internal;
using Orleans.Runtime;

namespace Exchange.Cluster.Tests;

/// <summary>The jobs of the exchange wake up by a reminder, whoever slept.</summary>
public sealed class RemindersTests
{
    private static readonly ChainId Agreement = ChainId.Parse("agreement/first");

    private static readonly AgreementTerms Terms = new(
        Parties.Department, Parties.Buyer, LawfulBasis.Consent, Parties.Purpose, Parties.Always,
        GrainKey.Parse("poverty"), GrainKey.Parse("offer"), default, [ColumnName.Parse("income")],
        PinnedRevision: null);

    [ServerFact]
    public async Task A_reminder_wakes_a_sleeping_agreement()
    {
        using var database = TestDatabase.Create();
        await using var silo = await TestNode.StartSiloAsync(
            database, TimeProvider.System, with: setup => setup with { RemindEvery = TimeSpan.FromSeconds(3) });
        await new Parties(silo.Exchange).RegisterAsync();

        // Asleep, as after the death of its silo: only the reminder knows of it.
        var jobs = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IExchangeJobsGrain>(ClusterNames.Jobs);
        await jobs.Cast<IGrainManagementExtension>().DeactivateOnIdle();
        await DuplicateActivationTests.AcceptedAsync(silo.Exchange, new(
            Agreement, new(new Bytes16(8, 1)), new(Parties.Buyer, Role.Buyer, null, null, Channel.Self, null),
            new RequestAgreement(Terms)));

        await UntilAsync(async () => (await DueAsync(silo)).IsEmpty);
        var chains = await Script.ChainsAsync(silo.Ledger);

        // Requested, and closed for either party.
        Assert.Equal(3, chains[Agreement].Length);
    }

    private static async ValueTask<ImmutableArray<Row>> DueAsync(TestNode node) => await node.Rows.ListAsync(
        new(RowTable.DueWork, RowFilter.DueBy, [RowValue.Of(long.MaxValue)]), after: null, 10, CancellationToken.None);

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await isSo())
        {
            _ = await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
