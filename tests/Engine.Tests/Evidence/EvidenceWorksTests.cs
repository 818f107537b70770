using Exchange.Engine.Evidence;
using Exchange.Engine.Hosting;
using Exchange.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Engine.Tests.Evidence;

/// <summary>Works of evidence are bounded, and what is asked now is never refused for what was asked before.</summary>
public sealed class EvidenceWorksTests
{
    [Fact]
    public async Task The_oldest_work_that_has_ended_gives_way()
    {
        var folder = Directory.CreateTempSubdirectory("exchange-evidence-tests-");
        var ledger = new MemoryLedgerStore();
        await using var exchange = await EmbeddedExchange.OpenAsync(
            new(ledger, new MemorySnapshotStore(), (_, _) => default, default, TimeProvider.System),
            CancellationToken.None);
        await using (var works = new EvidenceWorks(
            new(exchange.Id, ledger, new MemoryContentStore(), folder.FullName, new FakeTime(), NullLogger.Instance),
            worksMax: 1))
        {
            await MakeAsync(works, "first");
            await MakeAsync(works, "second");

            Assert.Null(works.Find(GrainKey.Parse("first")));
            Assert.Equal(EvidenceStage.Ready, works.Find(GrainKey.Parse("second"))!.Stage);
            Assert.Single(folder.EnumerateFiles());
        }

        Assert.Empty(folder.EnumerateFiles());
        folder.Delete(recursive: true);
    }

    private static async Task MakeAsync(EvidenceWorks works, string id)
    {
        var request = new EvidenceRequest(GrainKey.Parse(id), ChainId.Parse("regulator/audit"));
        var status = await works.StartExportAsync(request, CancellationToken.None);
        while (status.Stage == EvidenceStage.Running)
        {
            await Task.Yield();
            status = works.Find(request.Id)!;
        }
    }
}
