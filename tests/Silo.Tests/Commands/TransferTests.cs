using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Commands;

public sealed class TransferTests(StoppedNode stopped) : IClassFixture<StoppedNode>, IDisposable
{
    private readonly WorkFolder _folder = new();

    [Fact]
    public async Task An_exchange_that_was_moved_is_the_same_to_the_byte_and_goes_on()
    {
        var data = stopped.CopyTo(_folder);
        var (first, second, moved) = (_folder.In("first"), _folder.In("second"), _folder.In("moved"));

        var exported = (await ExchangeProgram.RunAsync("export", "--data", data, "--to", first)).Good();
        var imported = (await ExchangeProgram.RunAsync("import", "--data", moved, "--from", first)).Good();
        _ = (await ExchangeProgram.RunAsync("export", "--data", moved, "--to", second)).Good();
        var good = await ExchangeProgram.RunAsync("check", "--data", moved);

        Assert.Equal(
            exported.Output.Replace("exported", "imported", StringComparison.Ordinal), imported.Output);
        Assert.Equal(await File.ReadAllTextAsync(Sums(first)), await File.ReadAllTextAsync(Sums(second)));
        Assert.Contains("0 differences", good.Good().Output, StringComparison.Ordinal);
        (await ExchangeProgram.RunAsync("serve", "--data", moved)).Refused("no master key", "EXCHANGE_MASTER_KEY_FILE");
        File.Copy(_folder.MasterKey, Path.Combine(moved, "keys", "master.key"));
        await using var node = await RunningNode.StartAsync(moved);
        _ = (await node.Program.TerminateAsync()).Good();
    }

    [Fact]
    public async Task An_import_that_ran_before_is_run_again_without_harm()
    {
        var data = stopped.CopyTo(_folder);
        var (export, moved) = (_folder.In("export"), _folder.In("moved"));
        _ = (await ExchangeProgram.RunAsync("export", "--data", data, "--to", export)).Good();

        var first = (await ExchangeProgram.RunAsync("import", "--data", moved, "--from", export)).Good();
        var again = (await ExchangeProgram.RunAsync("import", "--data", moved, "--from", export)).Good();

        Assert.Equal(first.Output, again.Output);
    }

    [Theory]
    [InlineData("chains")]
    [InlineData("secrets")]
    public async Task An_export_with_a_changed_byte_is_refused(string name)
    {
        var export = _folder.In("export");
        _ = (await ExchangeProgram.RunAsync("export", "--data", stopped.CopyTo(_folder), "--to", export)).Good();
        var bytes = await File.ReadAllBytesAsync(Path.Combine(export, name));
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(export, name), bytes);

        (await ExchangeProgram.RunAsync("import", "--data", _folder.In("moved"), "--from", export))
            .Refused(name, "expected a file with SHA-256");
    }

    [Fact]
    public async Task An_export_without_its_sums_is_refused()
    {
        var export = _folder.In("export");
        _ = (await ExchangeProgram.RunAsync("export", "--data", stopped.CopyTo(_folder), "--to", export)).Good();
        File.Delete(Sums(export));

        (await ExchangeProgram.RunAsync("import", "--data", _folder.In("moved"), "--from", export))
            .Refused("no whole export", "SHA256SUMS");
    }

    [Fact]
    public async Task A_store_with_another_exchange_takes_no_import_and_a_full_folder_no_export()
    {
        var data = stopped.CopyTo(_folder);
        var (export, other) = (_folder.In("export"), _folder.In("other"));
        await using (var node = await RunningNode.StartAsync(other))
        {
            _ = (await node.Program.TerminateAsync()).Good();
        }

        _ = (await ExchangeProgram.RunAsync("export", "--data", data, "--to", export)).Good();

        (await ExchangeProgram.RunAsync("import", "--data", other, "--from", export))
            .Refused("Import into an empty store");
        (await ExchangeProgram.RunAsync("export", "--data", data, "--to", export)).Refused(export, "is not empty");
    }

    public void Dispose() => _folder.Dispose();

    private static string Sums(string export) => Path.Combine(export, "SHA256SUMS");
}
