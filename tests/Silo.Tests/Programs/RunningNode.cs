using System.Text.RegularExpressions;
using Exchange.Chaos.Clients;

namespace Exchange.Silo.Tests.Programs;

/// <summary>A node on a data directory and a free port, with a client.</summary>
public sealed partial class RunningNode : IAsyncDisposable
{
    private RunningNode(ExchangeProgram program, string data, Uri address)
    {
        (Program, Data, Address) = (program, data, address);
        Client = new(address);
    }

    public ExchangeProgram Program { get; }

    public string Data { get; }

    public Uri Address { get; }

    public ExchangeClient Client { get; }

    public static Task<RunningNode> StartAsync(string data, params string[] options) =>
        StartWithAsync(keyFile: null, data, ["serve", .. options]);

    public static async Task<RunningNode> StartWithAsync(string? keyFile, string data, string[] arguments)
    {
        return await StartInAsync(
            keyFile is null ? [] : new() { ["EXCHANGE_MASTER_KEY_FILE"] = keyFile }, data, arguments);
    }

    /// <summary>Starts it with these variables in its environment.</summary>
    public static async Task<RunningNode> StartInAsync(
        Dictionary<string, string> environment, string data, string[] arguments)
    {
        var program = ExchangeProgram.StartIn(
            environment, [.. arguments, "--data", data, "--url", "http://127.0.0.1:0"]);
        var line = await program.WaitForLineAsync("listens on");
        return new(program, data, new(Listening().Match(line).Groups[1].Value));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Program.DisposeAsync();
    }

    [GeneratedRegex(@"listens on (http://\S+?)/?\.$")]
    private static partial Regex Listening();
}
