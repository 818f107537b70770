namespace Exchange.Grains.Tests.Replay;

/// <summary>One row of a decision table: what had happened, who asks what, and the refusal, or nothing.</summary>
internal sealed record DecisionCase(Func<Story> Given, Actor Actor, Command Command, Refusal? Then)
{
    /// <summary>Runs all rows on their chain; the message names every row that is answered otherwise.</summary>
    internal static void Hold(string chain, IEnumerable<DecisionCase> table)
    {
        var wrong = new List<string>();
        foreach (var row in table)
        {
            var found = row.Given().Gives(row.Actor, chain, row.Command);
            if (found != row.Then)
            {
                wrong.Add($"{row.Command} by {row.Actor.Id}: expected {Show(row.Then)}, found {Show(found)}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static string Show(Refusal? refusal) => refusal?.ToString() ?? "accepted";
}
