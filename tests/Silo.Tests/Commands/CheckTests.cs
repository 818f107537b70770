using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Commands;

public sealed class CheckTests(StoppedNode stopped) : IClassFixture<StoppedNode>, IDisposable
{
    private readonly WorkFolder _folder = new();

    [Fact]
    public async Task A_good_store_is_good_also_as_a_copy()
    {
        var ended = await CheckAsync(stopped.CopyTo(_folder));

        Assert.Contains("0 differences", ended.Good().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("change_household_row", "household")]
    [InlineData("change_household_list", "household")]
    [InlineData("remove_consent_row", "consent")]
    public async Task A_changed_row_is_named_and_made_anew_where_that_is_asked_for(string change, string table)
    {
        var data = stopped.CopyTo(_folder);
        Database.Change(data, change);

        var named = await CheckAsync(data);
        var stillNamed = await CheckAsync(data);
        var mended = await CheckAsync(data, "--rebuild");
        var good = await CheckAsync(data);

        Assert.Equal([1, 1, 0, 0], [named.ExitCode, stillNamed.ExitCode, mended.ExitCode, good.ExitCode]);
        Assert.Contains("household/", named.Output, StringComparison.Ordinal);
        Assert.Contains(table, named.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("1 differences", named.Output, StringComparison.Ordinal);
        Assert.Contains("1 chains rebuilt", mended.Output, StringComparison.Ordinal);
        Assert.Contains("0 differences", good.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_entry_is_named_and_nothing_mends_it()
    {
        var data = stopped.CopyTo(_folder);
        Database.Change(data, "change_entry", stopped.Household);

        var named = await CheckAsync(data);
        var rebuilt = await CheckAsync(data, "--rebuild");
        var after = await CheckAsync(data);

        Assert.Equal([1, 1, 1], [named.ExitCode, rebuilt.ExitCode, after.ExitCode]);
        Assert.All(
            [named, rebuilt, after],
            ended => Assert.Contains($"household/{stopped.Household}", ended.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_is_refused_while_the_node_runs()
    {
        await using var node = await RunningNode.StartAsync(stopped.CopyTo(_folder));

        (await CheckAsync(node.Data)).Refused(node.Data, "is in use by another process", "Stop it first");
    }

    [Fact]
    public async Task A_directory_without_a_node_is_told_and_stays_as_it_is()
    {
        (await CheckAsync(_folder.Data)).Refused(_folder.Data, "no node's data directory", "--data");

        Assert.False(Directory.Exists(_folder.Data));
    }

    public void Dispose() => _folder.Dispose();

    private static Task<Ended> CheckAsync(string data, params string[] options) =>
        ExchangeProgram.RunAsync(["check", "--data", data, .. options]);
}
