using System.Xml.Linq;

namespace Exchange.Style.Tests;

/// <summary>References point down the table of docs/architecture.md only, and the ledger needs nobody.</summary>
public sealed class ReferencesTests
{
    private const string Table = "docs/architecture.md";

    [Fact]
    public void Projects_use_only_what_the_table_allows() =>
        Holds.In(Repository.Files(".csproj").Where(file => file.IsUnder("src")), file => Forbidden(file, Allowed()));

    [Fact]
    public void The_table_has_a_row_for_every_project_and_no_other()
    {
        var projects = Repository.Files(".csproj").Where(file => file.IsUnder("src")).Select(ProjectName);

        Assert.Equal(projects.Order(StringComparer.Ordinal), Allowed().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Text("Exchange.sln").Replace('\\', '/');

        Holds.In(Repository.Files(".csproj"), file =>
            solution.Contains($"\"{file.Path}\"", StringComparison.Ordinal)
                ? []
                : [new Offender(file.Path, 0, "is not in Exchange.sln, so no test run builds it")]);
    }

    [Fact]
    public void Only_the_cluster_takes_orleans_packages() =>
        Holds.In(Repository.Files(".csproj").Where(file => !file.IsUnder("src/Cluster")), OrleansPackages);

    [Fact]
    public void Orleans_has_one_version()
    {
        var packages = XDocument.Parse(Repository.Text("Directory.Packages.props")).Descendants("PackageVersion")
            .Where(package => Included(package).StartsWith("Microsoft.Orleans.", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Equal("$(OrleansVersion)", package.Attribute("Version")?.Value));
    }

    [Fact]
    public void The_ledger_needs_only_the_base_library() =>
        Assert.All(ReferencesOf("Exchange.Ledger"), name => Assert.Matches(@"^System(\.|$)", name));

    [Fact]
    public void The_ledger_takes_no_package() =>
        Assert.Empty(Elements(Repository.Text("src/Ledger/Ledger.csproj"), "PackageReference"));

    [Fact]
    public void A_reference_that_points_up_is_found() => Holds.Finds(
        file => Forbidden(file, new Dictionary<string, string[]> { ["Ledger"] = [], ["Grains"] = ["Ledger"] }),
        "src/Ledger/Ledger.csproj",
        """
        <Project>
          <ItemGroup>
            <ProjectReference Include="../Grains/Grains.csproj" />
          </ItemGroup>
        </Project>
        """,
        line: 3);

    [Fact]
    public void A_reference_that_links_nothing_is_accepted() => Holds.Accepts(
        file => Forbidden(file, new Dictionary<string, string[]> { ["Silo"] = [] }),
        "src/Silo/Silo.csproj",
        """
        <Project>
          <ItemGroup>
            <ProjectReference Include="../Verify/Verify.csproj" ReferenceOutputAssembly="false" />
          </ItemGroup>
        </Project>
        """);

    [Fact]
    public void An_orleans_package_outside_the_cluster_is_found() => Holds.Finds(
        OrleansPackages,
        "src/Engine/Engine.csproj",
        "<Project>\n  <PackageReference Include=\"Microsoft.Orleans.Sdk\" />\n</Project>",
        line: 2);

    private static IEnumerable<Offender> Forbidden(SourceFile file, IReadOnlyDictionary<string, string[]> allowed)
    {
        var name = ProjectName(file);
        var used = XDocument.Parse(file.Text).Descendants("ProjectReference")
            .Where(reference => !OnlyOrdersTheBuild(reference))
            .Select(reference => Path.GetFileNameWithoutExtension(Included(reference)));

        return used.Except(allowed.GetValueOrDefault(name, []), StringComparer.Ordinal)
            .Select(other => file.At(
                file.Text.IndexOf(other + ".csproj", StringComparison.Ordinal), $"{name} may not use {other}"));
    }

    /// <summary>Such a reference has a project built first and gives the compiler none of its types.</summary>
    private static bool OnlyOrdersTheBuild(XElement reference) =>
        reference.Attribute("ReferenceOutputAssembly")?.Value == "false";

    private static IEnumerable<Offender> OrleansPackages(SourceFile file) =>
        Pattern.Of("PackageReference\\s+Include=\"Microsoft\\.Orleans").Matches(file.Text)
            .Select(match => file.At(match.Index, "only src/Cluster knows Orleans"));

    /// <summary>Reads rows such as <c>| `Store` | ... | `Engine` |</c>: the last column says who is used.</summary>
    private static Dictionary<string, string[]> Allowed() =>
        Pattern.Of(@"^\| `(?<name>\w+)` \|.*\| (?<uses>[^|]*) \|$", RegexOptions.Multiline)
            .Matches(Repository.Text(Table))
            .ToDictionary(
                row => row.Groups["name"].Value,
                row => Pattern.Of("`(?<name>\\w+)`").Matches(row.Groups["uses"].Value)
                    .Select(used => used.Groups["name"].Value).ToArray(),
                StringComparer.Ordinal);

    private static string ProjectName(SourceFile file) => Path.GetFileNameWithoutExtension(file.Path);

    private static IEnumerable<string> Elements(string project, string element) =>
        XDocument.Parse(project).Descendants(element).Select(Included);

    private static string Included(XElement item) => item.Attribute("Include")?.Value ?? "";

    private static IEnumerable<string> ReferencesOf(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(name => name.Name ?? "");
}
