namespace Exchange.Chaos.Clients;

/// <summary>A token for each party of the small exchange.</summary>
public sealed record WorldTokens(
    string Operator, string Department, string FirstOfficer, string SecondOfficer, string Buyer, string Regulator)
{
    public static async Task<WorldTokens> IssueAsync(string dataDirectory)
    {
        const string department = $"department/{World.Department}";
        return new(
            await Tokens.IssueAsync(dataDirectory, "operator", "operator/main"),
            await Tokens.IssueAsync(dataDirectory, "department", department),
            await Tokens.IssueAsync(dataDirectory, "officer", "officer/first", department, "person-1"),
            await Tokens.IssueAsync(dataDirectory, "officer", "officer/second", department, "person-2"),
            await Tokens.IssueAsync(dataDirectory, "buyer", $"buyer/{World.Buyer}"),
            await Tokens.IssueAsync(dataDirectory, "regulator", "regulator/provincial"));
    }
}
