using System.CommandLine;
using Exchange.Silo.Node;
using Microsoft.Extensions.Configuration;

namespace Exchange.Silo.Commands;

/// <summary><c>exchange serve</c>: the node itself.</summary>
internal static class ServeCommand
{
    internal static Command Create()
    {
        var (data, store) = (CommonOptions.Data(), CommonOptions.Store());
        var (url, rate) = (CommonOptions.Url(), CommonOptions.DeliveryRowsPerSecond());
        var grainsMax = CommonOptions.GrainsMax();
        var command = new Command("serve", "Runs a node until it is told to stop.")
        {
            data, store, url, rate, grainsMax,
        };
        var cluster = new ClusterOptions();
        cluster.AddTo(command, store);
        command.SetAction(async (result, cancellationToken) =>
        {
            var options = new NodeOptions(
                CommonOptions.DataOf(result, data), result.GetValue(url)!, result.GetValue(rate),
                result.GetValue(store), Cluster: cluster.Of(result))
            {
                GrainsMax = result.GetValue(grainsMax),
            };

            // Ends after the node, whose last spans it sends.
            using var traces = TraceExport.StartWhereAsked(
                new ConfigurationBuilder().AddEnvironmentVariables().Build(), NodeLogging.CreateStartLogger());
            await using var node = await ExchangeNode.StartAsync(options, cancellationToken);
            await Console.Out.WriteLineAsync($"The exchange {node.Exchange.Id} listens on {node.Address}.");
            return await node.WaitForEndAsync(cancellationToken);
        });
        return command;
    }
}
