using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Nodes;

public sealed class MasterKeyTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly WorkFolder _folder = new();

    [Fact]
    public async Task A_new_node_makes_its_key_for_its_owner_alone()
    {
        await MakeNodeAsync(keyFile: null);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder.MasterKey));
        Assert.Matches("^[0-9a-f]{64}\n$", await File.ReadAllTextAsync(_folder.MasterKey));
    }

    [Fact]
    public async Task A_key_that_others_may_read_is_refused()
    {
        await MakeNodeAsync(keyFile: null);
        File.SetUnixFileMode(_folder.MasterKey, OwnerOnly | UnixFileMode.GroupRead);

        (await ServeAsync(keyFile: null)).Refused(_folder.MasterKey, "expected mode 0600, found 640", "chmod 600");
    }

    [Fact]
    public async Task A_lost_key_is_refused_and_not_made_anew()
    {
        await MakeNodeAsync(keyFile: null);
        File.Delete(_folder.MasterKey);

        (await ServeAsync(keyFile: null)).Refused(_folder.MasterKey, "no master key", "EXCHANGE_MASTER_KEY_FILE");
        Assert.False(File.Exists(_folder.MasterKey));
    }

    [Fact]
    public async Task Another_key_than_the_data_was_made_with_is_refused_by_node_and_tokens()
    {
        await MakeNodeAsync(keyFile: null);
        WriteKey(_folder.MasterKey, 'a');

        (await ServeAsync(keyFile: null)).Refused(_folder.MasterKey, _folder.Data, "not the one");
        (await ExchangeProgram.RunAsync(
            "token", "--data", _folder.Data, "--role", "operator", "--subject", "operator/main"))
            .Refused(_folder.MasterKey, "not the one");
    }

    [Fact]
    public async Task A_file_that_is_no_key_is_refused()
    {
        await MakeNodeAsync(keyFile: null);
        await File.WriteAllTextAsync(_folder.MasterKey, "secret");

        (await ServeAsync(keyFile: null)).Refused(_folder.MasterKey, "64 hexadecimal digits");
    }

    [Fact]
    public async Task A_key_outside_of_the_data_directory_is_used_where_the_environment_names_it()
    {
        var key = _folder.In("outside.key");
        WriteKey(key, 'b');
        await MakeNodeAsync(key);

        Assert.False(File.Exists(_folder.MasterKey));
        string[] token = ["token", "--data", _folder.Data, "--role", "operator", "--subject", "operator/main"];
        _ = (await ExchangeProgram.RunWithAsync(key, token)).Good();
        (await ExchangeProgram.RunAsync(token)).Refused(_folder.MasterKey);
        (await ServeAsync(keyFile: null)).Refused("no master key", "EXCHANGE_MASTER_KEY_FILE");
    }

    [Fact]
    public async Task A_named_key_that_is_not_there_is_told_with_how_to_make_one()
    {
        var key = _folder.In("none.key");

        (await ServeAsync(key)).Refused($"no master key at {key}", "openssl rand -hex 32");
    }

    public void Dispose() => _folder.Dispose();

    private static void WriteKey(string path, char digit)
    {
        File.WriteAllText(path, new string(digit, 64));
        File.SetUnixFileMode(path, OwnerOnly);
    }

    private Task<Ended> ServeAsync(string? keyFile) =>
        ExchangeProgram.RunWithAsync(keyFile, "serve", "--data", _folder.Data, "--url", "http://127.0.0.1:0");

    private async Task MakeNodeAsync(string? keyFile)
    {
        await using var node = await RunningNode.StartWithAsync(keyFile, _folder.Data, ["serve"]);
        _ = (await node.Program.TerminateAsync()).Good();
    }
}
