using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Nodes;

public sealed class ServeTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    [Fact]
    public async Task A_node_that_is_told_to_stop_ends_with_zero_and_starts_again_as_the_same_exchange()
    {
        string first;
        await using (var node = await RunningNode.StartAsync(_folder.Data))
        {
            first = (await node.Program.TerminateAsync()).Good().Output;
        }

        Assert.False(File.Exists(Path.Combine(_folder.Data, "exchange.pid")));
        await using var again = await RunningNode.StartAsync(_folder.Data);
        Assert.Equal(first.Split(' ')[2], again.Program.Output.Split(' ')[2]);
    }

    // The working directory of a service is the root of its machine.
    [Fact]
    public async Task A_node_watches_nothing_where_it_was_started()
    {
        var place = _folder.In("place");
        for (var n = 0; n < 50; n++)
        {
            _ = Directory.CreateDirectory(Path.Combine(place, $"below-{n}"));
        }

        await using var program = ExchangeProgram.StartAt(
            place, "serve", "--data", _folder.Data, "--url", "http://127.0.0.1:0");
        _ = await program.WaitForLineAsync("listens on");

        var watched = Directory.EnumerateFiles($"/proc/{program.ProcessId}/fdinfo")
            .SelectMany(LinesOf).Count(line => line.StartsWith("inotify wd", StringComparison.Ordinal));
        Assert.Equal(0, watched);
    }

    // Four at once: one alone met the moment, of a few milliseconds, in four of ten tries.
    [Fact]
    public async Task A_node_can_be_stopped_from_the_instant_in_which_it_listens()
    {
        var ended = await Task.WhenAll(Enumerable.Range(1, 4).Select(async n =>
        {
            await using var program = ExchangeProgram.Start(
                "serve", "--data", _folder.In($"node-{n}"), "--url", "http://127.0.0.1:0");
            _ = await program.WaitForLineAsync("listens on");
            return await program.TerminateAsync();
        }));

        Assert.All(ended, each => each.Good());
    }

    [Fact]
    public async Task A_node_that_is_told_to_stop_while_it_starts_closes_what_it_opened()
    {
        await using var program = ExchangeProgram.Start(
            "serve", "--data", _folder.Data, "--url", "http://127.0.0.1:0");
        _ = await program.WaitForLineAsync("Took the lease run/");

        var ended = await program.TerminateAsync();

        // Where the start was over by then, it ended as any other.
        Assert.True(
            ended.ExitCode == 0 || ended is { ExitCode: 1, Output: "" }, ended.ToString());
        Assert.False(File.Exists(Path.Combine(_folder.Data, "exchange.pid")));
    }

    [Fact]
    public async Task Without_a_command_the_program_is_the_node()
    {
        await using var node = await RunningNode.StartWithAsync(keyFile: null, _folder.Data, []);
        using var client = new HttpClient { BaseAddress = node.Address };

        using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_second_node_on_the_same_directory_is_told_who_has_it_and_what_to_do()
    {
        await using var node = await RunningNode.StartAsync(_folder.Data);

        var second = await ExchangeProgram.RunAsync("serve", "--data", _folder.Data, "--url", "http://127.0.0.1:0");

        second.Refused(
            _folder.Data, $"pid {File.ReadAllText(Path.Combine(_folder.Data, "exchange.pid"))}", "Stop it first");
    }

    [Fact]
    public async Task A_taken_port_is_told_with_what_to_do()
    {
        await using var node = await RunningNode.StartAsync(_folder.Data);

        var second = await ExchangeProgram.RunAsync(
            "serve", "--data", _folder.In("other"), "--url", node.Address.GetLeftPart(UriPartial.Authority));

        second.Refused("cannot listen on", node.Address.Authority, "--url");
    }

    [Fact]
    public async Task An_address_of_another_machine_is_told()
    {
        var ended = await ExchangeProgram.RunAsync("serve", "--data", _folder.Data, "--url", "http://192.0.2.1:5080");

        ended.Refused("cannot listen on http://192.0.2.1:5080", "--url");
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/below")]
    public async Task A_directory_that_cannot_be_made_is_told(string path)
    {
        _ = _folder.Write("file", "in the way");

        var ended = await ExchangeProgram.RunAsync("serve", "--data", _folder.In(path), "--url", "http://127.0.0.1:0");

        ended.Refused(_folder.In(path), "cannot be made or written", "--data");
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await MakeNodeAsync();
        Database.Change(_folder.Data, "append_migration");

        var ended = await ExchangeProgram.RunAsync("serve", "--data", _folder.Data, "--url", "http://127.0.0.1:0");

        ended.Refused("newer version", "found 999");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_by_every_command()
    {
        await MakeNodeAsync();
        _ = _folder.Write("data/exchange.db", new string('x', 100_000));

        (await ExchangeProgram.RunAsync("serve", "--data", _folder.Data, "--url", "http://127.0.0.1:0"))
            .Refused(_folder.Data);
        (await ExchangeProgram.RunAsync("check", "--data", _folder.Data)).Refused(_folder.Data);
        (await ExchangeProgram.RunAsync(
            "token", "--data", _folder.Data, "--role", "operator", "--subject", "operator/main")).Refused(_folder.Data);
    }

    public void Dispose() => _folder.Dispose();

    private static string[] LinesOf(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (FileNotFoundException)
        {
            // Closed since it was listed.
            return [];
        }
    }

    private async Task MakeNodeAsync()
    {
        await using var node = await RunningNode.StartAsync(_folder.Data);
        _ = (await node.Program.TerminateAsync()).Good();
    }
}
