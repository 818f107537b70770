namespace Exchange.Style.Tests;

/// <summary>Rules depend on nothing but their arguments; time is data; random tests can be repeated.</summary>
public sealed class DeterminismTests
{
    private static readonly Regex Clock = Pattern.Of(
        @"\bDateTime(Offset)?\s*\.\s*(Now|UtcNow|Today)\b");

    private static readonly Regex ImpureInRules = Pattern.Of(
        @"\b(TimeProvider|Stopwatch|Random(NumberGenerator)?|Environment|PeriodicTimer|HttpClient|Task|ValueTask)\b"
        + @"|\bGuid\s*\.\s*(NewGuid|CreateVersion7)|\bawait\b|\basync\b"
        + @"|\bSystem\.(IO|Net)\b|\b(File|Directory|Path|Console)\s*\.\s*[A-Z]\w*\s*\("
        + @"|\b(FileStream|FileInfo|DirectoryInfo|Stream(Reader|Writer)?)\b");

    private static readonly Regex ImpureInLedger = Pattern.Of(
        @"\b(TimeProvider|Stopwatch|FileStream|FileInfo|DirectoryInfo|ILogger)\b"
        + @"|\b(File|Directory|Path|Console)\s*\.\s*[A-Z]\w*\s*\(");

    private static readonly Regex FloatingPoint = Pattern.Of(@"\b(float|double|Double|Half)\b");

    private static readonly Regex UnseededRandom = Pattern.Of(
        @"\bnew\s+Random\s*\(\s*\)|\bRandom\s*\.\s*Shared\b|\bRandom\s+\w+\s*=\s*new\s*\(\s*\)");

    private static readonly Regex Sleep = Pattern.Of(@"\bTask\s*\.\s*Delay\b|\bThread\s*\.\s*Sleep\b");

    [Fact]
    public void Nobody_reads_the_clock_of_the_machine() =>
        Holds.In(Repository.CSharp(), file => file.InCode(Clock, "time is data, hosts read TimeProvider"));

    [Fact]
    public void Rules_have_no_clock_no_chance_and_no_input_or_output() =>
        Holds.In(Repository.CSharp("src/Grains"), file => file.InCode(ImpureInRules, "rules are pure"));

    [Fact]
    public void The_ledger_opens_nothing_and_reads_no_clock() =>
        Holds.In(Repository.CSharp("src/Ledger"), file => file.InCode(ImpureInLedger, "opens or reads for itself"));

    [Fact]
    public void Ledger_rules_and_engine_use_whole_numbers() =>
        Holds.In(Repository.CSharp("src/Ledger", "src/Grains", "src/Engine"), UsesFloatingPoint);

    [Fact]
    public void Random_numbers_take_a_seed() =>
        Holds.In(Repository.CSharp(), file => file.InCode(UnseededRandom, "takes no seed"));

    [Fact]
    public void Tests_wait_for_events_and_never_sleep() =>
        Holds.In(Repository.CSharp("tests").Where(file => !file.IsUnder("tests/Chaos")), Sleeps);

    [Theory]
    [InlineData("var at = DateTime.UtcNow;")]
    [InlineData("var at = DateTimeOffset\n    .Now;")]
    public void A_read_of_the_clock_is_found(string code) =>
        Holds.Finds(file => file.InCode(Clock, ""), "src/Api/A.cs", code, line: 1);

    [Theory]
    [InlineData("var at = clock is TimeProvider;")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("await x;")]
    [InlineData("using System.IO;")]
    [InlineData("File.ReadAllText(name);")]
    public void An_impure_rule_is_found(string code) =>
        Holds.Finds(file => file.InCode(ImpureInRules, ""), "src/Grains/A.cs", code, line: 1);

    [Fact]
    public void A_ledger_that_opens_a_file_is_found() =>
        Holds.Finds(file => file.InCode(ImpureInLedger, ""), "src/Ledger/A.cs", "\nFile.OpenRead(name);", line: 2);

    [Theory]
    [InlineData("src/Grains/A.cs", "decimal price;")]
    [InlineData("src/Ledger/A.cs", "double price;")]
    [InlineData("src/Engine/A.cs", "var x = (float)price;")]
    public void Floating_point_is_found(string path, string code) =>
        Holds.Finds(UsesFloatingPoint, path, code, line: 1);

    [Theory]
    [InlineData("src/Engine/Metrics.cs", "double seconds;")]
    [InlineData("src/Engine/A.cs", "// A double check.\nvar text = \"double\";")]
    public void Telemetry_and_prose_may_say_double(string path, string code) =>
        Holds.Accepts(UsesFloatingPoint, path, code);

    [Theory]
    [InlineData("var random = new Random();")]
    [InlineData("Random random = new();")]
    [InlineData("Random.Shared.Next();")]
    public void A_random_generator_without_a_seed_is_found(string code) =>
        Holds.Finds(file => file.InCode(UnseededRandom, ""), "tests/A.cs", code, line: 1);

    [Theory]
    [InlineData("await Task.Delay(10);")]
    [InlineData("Thread.Sleep(10);")]
    public void A_sleep_is_found(string code) => Holds.Finds(Sleeps, "tests/A.Tests/A.cs", code, line: 1);

    private static IEnumerable<Offender> Sleeps(SourceFile file) =>
        file.InCode(Sleep, "wait for a named event instead");

    private static IEnumerable<Offender> UsesFloatingPoint(SourceFile file)
    {
        var kinds = file.IsUnder("src/Grains") ? Pattern.Of(FloatingPoint + @"|\bdecimal\b") : FloatingPoint;

        return file.Name == "Metrics.cs" ? [] : file.InCode(kinds, "not a whole number");
    }
}
