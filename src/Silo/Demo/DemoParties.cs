using System.Collections.Concurrent;
using Exchange.Api.Security;
using Exchange.Grains.Values;

namespace Exchange.Silo.Demo;

/// <summary>Who plays in the story, each with its token from the node's own key.</summary>
internal sealed class DemoParties(TokenIssuer issuer)
{
    private readonly ConcurrentDictionary<GrainKey, string> _households = new();

    internal const string Department = "guizhou-relief";
    internal const string SecondDepartment = "guizhou-civil-affairs";
    internal const string Buyer = "acme";
    internal const string Registry = "poverty-register";
    internal const string Payments = "relief-payments";
    internal const string Notice = "relief-notice";
    internal const string FirstOfficer = "officer-1";
    internal const string SecondOfficer = "officer-2";

    internal string Operator { get; } = issuer.Issue(Role.Operator, ChainId.Parse("operator/main"));

    internal string Publisher { get; } = issuer.Issue(Role.Department, ChainId.Parse($"department/{Department}"));

    internal string CivilAffairs { get; } =
        issuer.Issue(Role.Department, ChainId.Parse($"department/{SecondDepartment}"));

    internal string Licensee { get; } = issuer.Issue(Role.Buyer, ChainId.Parse($"buyer/{Buyer}"));

    internal string Regulator { get; } = issuer.Issue(Role.Regulator, ChainId.Parse("regulator/provincial"));

    internal string Recorder { get; } = Officer(issuer, FirstOfficer, "person-1");

    internal string Confirmer { get; } = Officer(issuer, SecondOfficer, "person-2");

    internal string Household(GrainKey household) => _households.GetOrAdd(
        household, key => issuer.Issue(Role.Household, new ChainId(GrainKind.Household, key)));

    internal IEnumerable<(string Name, string Token)> All =>
    [
        ("operator/main", Operator), ($"department/{Department}", Publisher), ($"buyer/{Buyer}", Licensee),
        ("regulator/provincial", Regulator), ($"officer/{FirstOfficer}", Recorder),
        ($"officer/{SecondOfficer}", Confirmer),
    ];

    private static string Officer(TokenIssuer issuer, string officer, string person) => issuer.Issue(
        Role.Officer, ChainId.Parse($"officer/{officer}"), ChainId.Parse($"department/{Department}"), person);
}

/// <summary>A household of the story.</summary>
/// <param name="Row">Its place in the table.</param>
/// <param name="Key">Its id in the exchange.</param>
/// <param name="Member">Its adult member, who signs papers.</param>
internal sealed record DemoHousehold(int Row, GrainKey Key, GrainKey Member, DivisionCode County);
