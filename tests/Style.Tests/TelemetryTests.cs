namespace Exchange.Style.Tests;

/// <summary>Telemetry has one file for messages and one for figures in each project.</summary>
public sealed class TelemetryTests
{
    private static readonly Regex Message = Pattern.Of(@"\[\s*LoggerMessage\b");

    private static readonly Regex EventNumber = Pattern.Of(@"\bEventId\s*=\s*(?<number>\d+)");

    private static readonly Regex Meter = Pattern.Of(@"\bnew\s+Meter\s*\(");

    private static readonly Regex BuiltMessage = Pattern.Of(@"\bLog(\w*|\.\w+)\s*\([^;]*?@?\$@?""");

    [Fact]
    public void Log_messages_stand_in_one_file() => Holds.In(Repository.CSharp("src"), StrayMessages);

    [Fact]
    public void Figures_stand_in_one_file() => Holds.In(Repository.CSharp("src"), StrayMeters);

    [Fact]
    public void Log_calls_take_values_and_no_built_text() => Holds.In(Repository.CSharp("src"), BuiltMessages);

    [Fact]
    public void No_event_number_is_used_twice() => Holds.Nothing(SharedNumbers(Repository.CSharp("src")));

    [Fact]
    public void An_event_number_that_another_project_uses_is_found()
    {
        var found = SharedNumbers(
        [
            new SourceFile("src/Api/Log.cs", "[LoggerMessage(EventId = 1)]\n[LoggerMessage(EventId = 2)]"),
            new SourceFile("src/Silo/Log.cs", "[LoggerMessage(\n    EventId = 2)]\n[LoggerMessage(EventId = 3)]"),
        ]);

        Assert.Equal(
            new Offender("src/Silo/Log.cs", 2, "event 2 is another one at src/Api/Log.cs:2"), Assert.Single(found));
    }

    [Fact]
    public void A_stray_message_is_found() =>
        Holds.Finds(StrayMessages, "src/Api/A.cs", "class A\n{\n    [LoggerMessage(EventId = 1)]\n}", line: 3);

    [Fact]
    public void A_stray_figure_is_found() =>
        Holds.Finds(StrayMeters, "src/Api/A.cs", "\nvar meter = new Meter(\"exchange\");", line: 2);

    [Theory]
    [InlineData("\nlogger.LogError($\"Chain {chain}\");")]
    [InlineData("\nLog.ChainBroken(logger, $\"{chain}\");")]
    [InlineData("\nlogger.LogError(error,\n    @$\"Chain {chain}\");")]
    public void A_built_message_is_found(string code) => Holds.Finds(BuiltMessages, "src/Api/A.cs", code, line: 2);

    [Theory]
    [InlineData("src/Api/Log.cs", "[LoggerMessage(EventId = 1)]")]
    [InlineData("src/Api/Metrics.cs", "new Meter(\"exchange\");")]
    [InlineData("src/Api/A.cs", "Log.ChainBroken(logger, chain.ToString()); var text = $\"{chain}\";")]
    public void Telemetry_in_its_place_is_accepted(string path, string code) =>
        Holds.Accepts(file => [.. StrayMessages(file), .. StrayMeters(file), .. BuiltMessages(file)], path, code);

    private static IEnumerable<Offender> StrayMessages(SourceFile file) =>
        file.Name == "Log.cs" ? [] : file.InCode(Message, "belongs in Log.cs");

    // The runbook and the alarms of operators know an event by its number alone.
    private static IEnumerable<Offender> SharedNumbers(IEnumerable<SourceFile> files) =>
        from used in files.SelectMany(file => EventNumber.Matches(file.CSharp.Code), (file, match) => (file, match))
        group used by used.match.Groups["number"].Value into same
        let first = same.First()
        from again in same.Skip(1)
        select again.file.At(
            again.match.Index,
            $"event {same.Key} is another one at {first.file.Path}:{first.file.LineAt(first.match.Index)}");

    private static IEnumerable<Offender> StrayMeters(SourceFile file) =>
        file.Name == "Metrics.cs" ? [] : file.InCode(Meter, "belongs in Metrics.cs");

    private static IEnumerable<Offender> BuiltMessages(SourceFile file) =>
        file.InCode(BuiltMessage, "pass values instead");
}
