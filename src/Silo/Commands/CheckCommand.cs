using System.CommandLine;
using Exchange.Engine.Checking;
using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;
using Exchange.Silo.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Silo.Commands;

/// <summary><c>exchange check</c>: compares everything that is derived with the chains, while no node runs.</summary>
internal static class CheckCommand
{
    private const int ShownMax = 100;

    internal static Command Create()
    {
        var (data, store) = (CommonOptions.Data(), CommonOptions.Store());
        var rebuild = new Option<bool>("--rebuild") { Description = "Make rows and snapshots that differ anew." };
        var command = new Command("check", "Compares rows, snapshots and citations with the chains; no node may run.")
        {
            data, store, rebuild,
        };
        command.SetAction((result, cancellationToken) =>
            RunAsync(
                result.GetValue(store), CommonOptions.DataOf(result, data), result.GetValue(rebuild),
                cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        StoreKind kind, DataDirectory data, bool rebuild, CancellationToken cancellationToken)
    {
        if (kind == StoreKind.Sqlite)
        {
            data.Expect();
        }

        try
        {
            using var store = KeptStore.Open(kind, data, database: null, NullLogger.Instance);
            var exchange = await Genesis.ReadAsync(store.Ledger, cancellationToken)
                ?? throw new NodeStartException("The store holds no exchange yet.");
            var check = new StoreCheck(store.Ledger, store.Rows, store.Snapshots, exchange, GrainCatalog.Find);
            var report = await check.RunAsync(rebuild, new ChainsDone(), cancellationToken);
            await WriteAsync(report, rebuild);
            return report.IsGood || (rebuild && report.Differences.All(IsMended)) ? 0 : 1;
        }
        catch (StoreUnavailableException unavailable)
        {
            throw new NodeStartException($"The store of the node at {data.Path} cannot be read: {unavailable.Message}");
        }
    }

    // What the chains themselves say cannot be made anew from anything.
    private static bool IsMended(StoreDifference difference) => difference is
        StoreDifference.MissingRow or StoreDifference.OtherRow or StoreDifference.SurplusRow
        or StoreDifference.SnapshotOffChain or StoreDifference.OtherSnapshot;

    private static async Task WriteAsync(StoreReport report, bool rebuild)
    {
        foreach (var difference in report.Differences.Take(ShownMax))
        {
            await Console.Out.WriteLineAsync(difference.ToString());
        }

        if (report.Differences.Length > ShownMax)
        {
            await Console.Out.WriteLineAsync($"and {report.Differences.Length - ShownMax} more");
        }

        await Console.Out.WriteLineAsync(
            $"{report.Chains} chains, {report.Entries} entries: {report.Differences.Length} differences, "
            + $"{report.InFlight} steps in flight" + (rebuild ? $", {report.Rebuilt} chains rebuilt" : ""));
    }
}
