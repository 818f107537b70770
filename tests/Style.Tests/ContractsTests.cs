namespace Exchange.Style.Tests;

/// <summary>What others rely on has a fixed name: grain interfaces on the wire, refusals in answers.</summary>
public sealed class ContractsTests
{
    private const string RefusalNumbers = "tests/Vectors/refusals.txt";
    private const string RefusalSections = "docs/refusals.md";

    [Fact]
    public void Grain_interfaces_have_an_alias() =>
        Holds.In(Repository.CSharp("src/Cluster").Where(IsGrainInterface), WithoutAlias);

    [Fact]
    public void Refusals_keep_their_numbers()
    {
        var kept = Repository.Text(RefusalNumbers).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Holds.Nothing(Differences(kept, Refusals(), RefusalNumbers));
    }

    [Fact]
    public void Every_refusal_is_explained()
    {
        var headings = Repository.Text(RefusalSections).Split('\n')
            .Where(line => line.StartsWith("## ", StringComparison.Ordinal) && line.Length > 3 && char.IsDigit(line[3]))
            .Select(line => line[3..].Trim());

        Holds.Nothing(Differences([.. headings], Refusals(), RefusalSections));
    }

    [Fact]
    public void A_grain_interface_without_an_alias_is_found() => Holds.Finds(
        WithoutAlias, "src/Cluster/ILedgerGrain.cs", "\n[Immutable]\npublic interface ILedgerGrain { }", line: 3);

    [Fact]
    public void A_grain_interface_with_an_alias_is_accepted() => Holds.Accepts(
        WithoutAlias, "src/Cluster/ILedgerGrain.cs", "[Alias(\"exchange.ledger\")]\npublic interface ILedgerGrain { }");

    [Fact]
    public void A_refusal_that_moved_is_found_on_both_sides()
    {
        var found = Differences(["1 Unknown", "2 Gone"], ["1 Unknown", "3 Gone"], "list").Select(each => each.Problem);

        Assert.Equal(["2 Gone stands here only", "3 Gone stands in the code only"], found);
    }

    private static bool IsGrainInterface(SourceFile file) => Pattern.Of(@"^I[A-Z]\w*Grain\.cs$").IsMatch(file.Name);

    private static IEnumerable<Offender> WithoutAlias(SourceFile file) =>
        Declarations.Of(file)
            .Where(each => each.Kind == "interface" && !Pattern.Of(@"\bAlias\s*\(").IsMatch(each.Attributes))
            .Select(each => file.At(each.Offset, $"{each.Name} has no [Alias]"));

    /// <summary>Number and name of every refusal in the enum; none before its file exists.</summary>
    private static string[] Refusals()
    {
        var type = Assembly.Load("Exchange.Grains").GetType("Exchange.Grains.Refusal");
        Assert.False(
            type is null && Repository.CSharp("src/Grains").Any(file => file.Name == "Refusal.cs"),
            "Refusal.cs exists, but the assembly has no enum Exchange.Grains.Refusal.");

        return type is null
            ? []
            : [.. Enum.GetNames(type).Select(name => $"{Convert.ToInt32(Enum.Parse(type, name), null)} {name}")];
    }

    private static IEnumerable<Offender> Differences(
        IReadOnlyCollection<string> kept, IReadOnlyCollection<string> inCode, string path) =>
        kept.Except(inCode, StringComparer.Ordinal).Select(each => new Offender(path, 0, $"{each} stands here only"))
            .Concat(inCode.Except(kept, StringComparer.Ordinal)
                .Select(each => new Offender(path, 0, $"{each} stands in the code only")));
}
