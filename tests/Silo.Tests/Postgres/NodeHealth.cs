using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>What a node says of itself: its health and its log.</summary>
public sealed class NodeHealth(RunningNode node) : IDisposable
{
    /// <summary>
    /// Each of the two writers, and what writes beside them, may come to its end of the story before another begins.
    /// </summary>
    public const int WritersMax = 3;

    private const string Lost = "The database cannot be written;";
    private const string Still = "The database still cannot be written.";
    private const string Back = "The database can be written again";

    private readonly HttpClient _client = new() { BaseAddress = node.Address };
    private string _begin = node.Program.Errors.Split('\n')[^1];
    private int _lost = CountOf(node, Lost);
    private int _back = CountOf(node, Back);

    /// <summary>Waits until the node is not ready for a reason, alive all the same.</summary>
    public async Task UntilNotReadyAsync(string reason)
    {
        var found = "";
        await Waiting.UntilAsync(
            async () => (found = await AskAsync("/health/ready")).Contains(reason, StringComparison.Ordinal)
                && found.StartsWith("503", StringComparison.Ordinal),
            () => found);
        Assert.StartsWith("200", await AskAsync("/health/live"), StringComparison.Ordinal);
    }

    /// <summary>Waits until the node is ready, and holds its log to a line at the change and one at the end.</summary>
    /// <param name="reasons">One of them the first line says, or one that follows it while the trouble lasts.</param>
    /// <param name="linesMax">How many of each there may be.</param>
    public async Task UntilReadyAgainAsync(IReadOnlyList<string> reasons, int linesMax)
    {
        await UntilReadyAsync();
        await Waiting.UntilAsync(
            () => Task.FromResult(CountOf(node, Back) - _back == CountOf(node, Lost) - _lost),
            () => $"{CountOf(node, Back) - _back} of {CountOf(node, Lost) - _lost} lines");
        var all = node.Program.Errors.Split('\n').SkipWhile(each => each != _begin).ToArray();
        var lines = all.Where(each =>
            each.Contains(Lost, StringComparison.Ordinal) || each.Contains(Still, StringComparison.Ordinal)).ToArray();
        Assert.True(CountOf(node, Lost) - _lost <= linesMax, $"too many lines:\n{string.Join('\n', lines)}");
        Assert.True(
            lines.Any(line => reasons.Any(reason => line.Contains(reason, StringComparison.Ordinal))),
            $"expected one of {string.Join(", ", reasons)}, found:\n{string.Join('\n', lines)}");
        Assert.All(all, line => Assert.DoesNotContain("   at ", line, StringComparison.Ordinal));
        _begin = node.Program.Errors.Split('\n')[^1];
        (_lost, _back) = (CountOf(node, Lost), CountOf(node, Back));
    }

    /// <summary>The same where only one reason is right.</summary>
    public Task UntilReadyAgainAsync(string reason, int linesMax = 1) => UntilReadyAgainAsync([reason], linesMax);

    public async Task UntilReadyAsync()
    {
        var found = "";
        await Waiting.UntilAsync(
            async () => (found = await AskAsync("/health/ready")).StartsWith("200", StringComparison.Ordinal),
            () => $"{found}\n{node.Program.Errors}");
    }

    public void Dispose() => _client.Dispose();

    private static int CountOf(RunningNode node, string part) =>
        node.Program.Errors.Split(part).Length - 1;

    private async Task<string> AskAsync(string path)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative));
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }
}
