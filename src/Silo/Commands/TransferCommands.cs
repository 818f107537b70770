using System.CommandLine;
using Exchange.Engine.Ports;
using Exchange.Engine.Transfer;
using Exchange.Silo.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Silo.Commands;

/// <summary>
/// <c>exchange export</c> and <c>exchange import</c>: move a whole exchange into a folder and out of one, also from one
/// kind of store into another. Every hash and every receipt stays what it is.
/// </summary>
internal static class TransferCommands
{
    internal static Command CreateExport() => Create(
        new("export", "Writes the whole exchange into a folder; no node may run."),
        new("--to") { Required = true, Description = "A folder that does not exist yet.", HelpName = "FOLDER" },
        isNew: false, StoreExport.RunAsync, "exported");

    internal static Command CreateImport() => Create(
        new("import", "Reads a whole exchange into an empty store; no node may run."),
        new("--from") { Required = true, Description = "A folder that an export wrote.", HelpName = "FOLDER" },
        isNew: true, StoreImport.RunAsync, "imported");

    private static Command Create(Command command, Option<string> folder, bool isNew, Move moveAsync, string done)
    {
        var (data, store) = (CommonOptions.Data(), CommonOptions.Store());
        command.Add(data);
        command.Add(store);
        command.Add(folder);
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(store), CommonOptions.DataOf(result, data), isNew,
            kept => moveAsync(
                kept, Path.GetFullPath(result.GetValue(folder)!), new ChainsDone(), cancellationToken), done));
        return command;
    }

    private static async Task<int> RunAsync(
        StoreKind kind, DataDirectory data, bool isNew, Func<TransferParts, Task<TransferReport>> moveAsync,
        string done)
    {
        if (isNew)
        {
            data.Create();
        }
        else if (kind == StoreKind.Sqlite)
        {
            data.Expect();
        }

        try
        {
            using var kept = KeptStore.Open(kind, data, database: null, NullLogger.Instance);
            var report = await moveAsync(kept.ForTransfer);
            await Console.Out.WriteLineAsync(
                $"{done} the exchange {report.Exchange}: {report.Chains} chains, {report.Entries} entries, "
                + $"{report.Contents} pieces of content, {report.Secrets} keys");
            return 0;
        }
        catch (Exception problem) when (problem is TransferException or StoreUnavailableException)
        {
            throw new NodeStartException(problem.Message);
        }
    }

    private delegate Task<TransferReport> Move(
        TransferParts parts, string path, IProgress<long>? progress, CancellationToken cancellationToken);
}
