namespace Exchange.Chaos.Clients;

/// <summary>A token for each party of the small exchange.</summary>
public sealed record WorldTokens(
    string Operator, string Department, string FirstOfficer, string SecondOfficer, string Buyer, string Regulator)
{
    public static async Task<WorldTokens> IssueAsync(NodeKeep keep)
    {
        const string department = $"department/{World.Department}";
        return new(
            await Tokens.IssueAsync(keep, "operator", "operator/main"),
            await Tokens.IssueAsync(keep, "department", department),
            await Tokens.IssueAsync(keep, "officer", "officer/first", department, "person-1"),
            await Tokens.IssueAsync(keep, "officer", "officer/second", department, "person-2"),
            await Tokens.IssueAsync(keep, "buyer", $"buyer/{World.Buyer}"),
            await Tokens.IssueAsync(keep, "regulator", "regulator/provincial"));
    }
}
