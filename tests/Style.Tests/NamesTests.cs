namespace Exchange.Style.Tests;

/// <summary>Names say what a thing is, and a file is named after what is in it.</summary>
public sealed class NamesTests
{
    private static readonly Regex VagueName = Pattern.Of("(Manager|Helpers?|Utils?|Utility|Utilities|Service|Impl)$");

    private static readonly Regex TestAttribute = Pattern.Of(@"\[(.*\W)?(Fact|Theory)\b");

    private static readonly Regex Sentence = Pattern.Of("^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$");

    [Fact]
    public void Types_have_no_vague_names() => Holds.In(Repository.CSharp(), VagueTypes);

    [Fact]
    public void Tests_are_named_by_sentences() => Holds.In(Repository.CSharp("tests"), TestsWithoutSentence);

    [Fact]
    public void Public_types_share_a_file_only_as_a_family() =>
        Holds.In(Repository.CSharp("src", "tests", "bench"), Strangers);

    [Fact]
    public void A_file_is_named_after_a_type_in_it() => Holds.In(Repository.CSharp("src"), Misnamed);

    [Theory]
    [InlineData("class ConsentManager { }")]
    [InlineData("record struct DateUtils(int X);")]
    [InlineData("interface IConsentService { }")]
    public void A_vague_name_is_found(string code) => Holds.Finds(VagueTypes, "src/A.cs", code, line: 1);

    [Theory]
    [InlineData("class A\n{\n    [Fact]\n    public void ItWorks() { }\n}", 4)]
    [InlineData("class A\n{\n    [Theory]\n    [InlineData(1)]\n    public async Task _41(int x) { }\n}", 5)]
    public void A_test_without_a_sentence_is_found(string code, int line) =>
        Holds.Finds(TestsWithoutSentence, "tests/A.cs", code, line);

    [Fact]
    public void Two_strangers_in_a_file_are_found() =>
        Holds.Finds(Strangers, "src/Chain.cs", "public class Chain { }\n\npublic class Leaf { }", line: 3);

    [Theory]
    [InlineData("public record struct EntryIndex(long Value);\npublic record struct EntryCount(long Value);")]
    [InlineData("public abstract class Chain { }\npublic class Broken : Chain { }\npublic class Whole : Chain { }")]
    [InlineData("public class X : IPort { }\npublic class Y : IPort { }")]
    [InlineData("// family: what one page of the log shows.\npublic class Chain { }\npublic class Leaf { }")]
    [InlineData("public class Chain { public class Leaf { } }\ninternal class Link { }")]
    public void A_family_may_share_a_file(string code) => Holds.Accepts(Strangers, "src/Chain.cs", code);

    [Fact]
    public void A_misnamed_file_is_found() => Holds.Finds(Misnamed, "src/Chain.cs", "\nclass Leaf { }", line: 2);

    [Theory]
    [InlineData("src/Chain.Reading.cs", "partial class Chain { }")]
    [InlineData("src/Chain.cs", "class Leaf { }\nclass Chain { }")]
    [InlineData("src/Ids.cs", "// family: identifiers.\nclass Leaf { }")]
    [InlineData("src/Silo/Program.cs", "return 0;")]
    public void A_file_named_after_its_type_is_accepted(string path, string code) =>
        Holds.Accepts(Misnamed, path, code);

    private static IEnumerable<Offender> VagueTypes(SourceFile file) =>
        Declarations.Of(file)
            .Where(each => each.IsType && VagueName.IsMatch(each.Name))
            .Select(each => file.At(each.Offset, $"{each.Name} does not say what it is"));

    private static IEnumerable<Offender> TestsWithoutSentence(SourceFile file) =>
        Declarations.Of(file)
            .Where(each => TestAttribute.IsMatch(each.Attributes) && !each.IsType && !Sentence.IsMatch(each.Name))
            .Select(each => file.At(each.Offset, $"{each.Name} is no sentence with underscores"));

    private static IEnumerable<Offender> Strangers(SourceFile file)
    {
        var types = TopTypes(file).Where(each => each.IsPublic).ToList();

        return types.Count < 2 || IsFamily(file, types)
            ? []
            : types.Skip(1).Select(each => file.At(
                each.Offset,
                $"{each.Name} and {types[0].Name} are no family: two files, or a comment '// family: why'"));
    }

    /// <summary>Said so, or the same first word, or one base for all, or all derived from the first.</summary>
    private static bool IsFamily(SourceFile file, List<Declaration> types) =>
        SaysFamily(file)
        || types.Select(each => FirstWord(each.Name)).Distinct(StringComparer.Ordinal).Count() == 1
        || types[0].Bases.Any(shared => types.All(each => each.Bases.Contains(shared, StringComparer.Ordinal)))
        || types.Skip(1).All(each => each.Bases.Contains(types[0].Name, StringComparer.Ordinal));

    private static IEnumerable<Offender> Misnamed(SourceFile file)
    {
        var types = TopTypes(file).ToList();
        var wanted = file.Name.Split('.')[0];

        return types.Count == 0 || SaysFamily(file) || types.Exists(each => each.Name == wanted)
            ? []
            : [file.At(types[0].Offset, $"expected a type {wanted}, found {types[0].Name}")];
    }

    private static IEnumerable<Declaration> TopTypes(SourceFile file) =>
        Declarations.Of(file).Where(each => each.IsType && each.Container is null);

    private static bool SaysFamily(SourceFile file) =>
        file.CSharp.Comments.Any(comment => comment.Text.StartsWith("// family: ", StringComparison.Ordinal));

    private static string FirstWord(string name) => Pattern.Of("^I?[A-Z][a-z0-9]*").Match(name).Value;
}
