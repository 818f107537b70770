using System.Text.Json;
using Exchange.Silo.Node;

namespace Exchange.Silo.Demo;

/// <summary>Starts a node of its own, tells the story through its API, and prints the report.</summary>
internal static class DemoProgram
{
    // The larger delivery takes about three seconds at this share of its rows a second.
    private const int RowsPerSecondShare = 3;

    internal static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        var table = options.Households is null
            ? DemoRegistry.Generate(options.Seed)
            : DemoTableReader.Read(options.Households, options.Key!);
        var steps = new DemoSteps(Console.Error);
        var data = DataOf(options);
        var rate = Math.Max(1, table.Rows.Length * DemoStory.PaymentsPerHousehold / RowsPerSecondShare);
        using var database = DemoDatabase.For(options.Store, data);
        await using var node = await ExchangeNode.StartAsync(
            new(data, new Uri("http://127.0.0.1:0"), rate, options.Store, database?.Options), cancellationToken);
        await steps.SayAsync($"the node {node.Exchange.Id} listens on {node.Address}, data in {data.Path}");
        var parties = new DemoParties(node.Tokens);
        using var api = new DemoApi(node.Address, options.Seed);
        var report = await new DemoStory(api, parties, table, steps, options.Seed)
            .TellAsync(Path.Combine(data.Path, "export.chain")).WaitAsync(cancellationToken);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        if (options.Stay)
        {
            await StayAsync(node, parties, cancellationToken);
        }

        return IsAsPromised(report) ? 0 : 1;
    }

    private static bool IsAsPromised(DemoReport report) =>
        report.Verified && report.AuditViolations == 0
        && report.DeliveredFirst == report.Consented
        && report.DeliveredSecond == report.Consented - report.Withdrawn;

    private static DataDirectory DataOf(DemoOptions options)
    {
        if (options.Data is null)
        {
            return new(Directory.CreateTempSubdirectory("exchange-demo-").FullName);
        }

        var path = Path.GetFullPath(options.Data);
        return !Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any()
            ? new(path)
            : throw new DemoException($"{path} is not empty: the story begins with a fresh node.");
    }

    private static async Task StayAsync(ExchangeNode node, DemoParties parties, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync(
            $"The node stays on {node.Address}; its pages are at {node.Address}docs. Tokens:");
        foreach (var (name, token) in parties.All)
        {
            await Console.Error.WriteLineAsync($"{name}: {token}");
        }

        _ = await node.WaitForEndAsync(cancellationToken);
    }
}
