using System.CommandLine;
using Exchange.Engine.Checking;
using Exchange.Engine.Ports;
using Exchange.Silo.Node;
using Exchange.Store;
using Exchange.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Silo.Commands;

/// <summary><c>exchange check</c>: compares everything that is derived with the chains, while no node runs.</summary>
internal static class CheckCommand
{
    private const int ShownMax = 100;

    internal static Command Create()
    {
        var data = CommonOptions.Data();
        var rebuild = new Option<bool>("--rebuild") { Description = "Make rows and snapshots that differ anew." };
        var command = new Command("check", "Compares rows, snapshots and citations with the chains; no node may run.")
        {
            data, rebuild,
        };
        command.SetAction((result, cancellationToken) =>
            RunAsync(CommonOptions.DataOf(result, data), result.GetValue(rebuild), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DataDirectory data, bool rebuild, CancellationToken cancellationToken)
    {
        data.Expect();
        try
        {
            var exchange = SqliteExchangeReader.Read(data.Path);
            using var store = SqliteStore.Open(new() { Directory = data.Path }, NullLogger.Instance);
            var check = new StoreCheck(store.Ledger, store.Rows, store.Snapshots, exchange, GrainCatalog.Find);
            var report = await check.RunAsync(rebuild, new ChainsChecked(), cancellationToken);
            await WriteAsync(report, rebuild);
            return report.IsGood || (rebuild && report.Differences.All(IsMended)) ? 0 : 1;
        }
        catch (StoreRefusedException refused)
        {
            throw new NodeStartException(refused.Message);
        }
        catch (StoreUnavailableException unavailable)
        {
            throw new NodeStartException($"{data.Database} cannot be read: {unavailable.Message}");
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

    /// <summary>Says on standard error how far the check is, at most once a second.</summary>
    private sealed class ChainsChecked : IProgress<long>
    {
        private readonly System.Diagnostics.Stopwatch _sinceLast = System.Diagnostics.Stopwatch.StartNew();

        public void Report(long value)
        {
            if (_sinceLast.ElapsedMilliseconds >= 1000)
            {
                _sinceLast.Restart();
                Console.Error.WriteLine($"{value} chains checked");
            }
        }
    }
}
