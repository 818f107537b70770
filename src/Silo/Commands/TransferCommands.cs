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
    internal static Command CreateExport()
    {
        var (data, store) = (CommonOptions.Data(), CommonOptions.Store());
        var to = new Option<string>("--to")
        {
            Required = true, Description = "A folder that does not exist yet.", HelpName = "FOLDER",
        };
        var command = new Command("export", "Writes the whole exchange into a folder; no node may run.")
        {
            data, store, to,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(store), CommonOptions.DataOf(result, data), isNew: false,
            (kept, progress) => StoreExport.RunAsync(
                kept, Path.GetFullPath(result.GetValue(to)!), progress, cancellationToken),
            "exported", cancellationToken));
        return command;
    }

    internal static Command CreateImport()
    {
        var (data, store) = (CommonOptions.Data(), CommonOptions.Store());
        var from = new Option<string>("--from")
        {
            Required = true, Description = "A folder that an export wrote.", HelpName = "FOLDER",
        };
        var command = new Command("import", "Reads a whole exchange into an empty store; no node may run.")
        {
            data, store, from,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(store), CommonOptions.DataOf(result, data), isNew: true,
            (kept, progress) => StoreImport.RunAsync(
                kept, Path.GetFullPath(result.GetValue(from)!), progress, cancellationToken),
            "imported", cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        StoreKind kind, DataDirectory data, bool isNew,
        Func<TransferParts, IProgress<long>, Task<TransferReport>> moveAsync, string done,
        CancellationToken cancellationToken)
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
            await using var kept = KeptStore.Open(kind, data, database: null, NullLogger.Instance);
            var report = await moveAsync(kept.ForTransfer, new ChainsDone());
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
}
