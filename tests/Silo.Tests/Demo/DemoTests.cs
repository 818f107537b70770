using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;
using Exchange.Silo.Tests.Programs;
using Xunit.Abstractions;

namespace Exchange.Silo.Tests.Demo;

public sealed class DemoTests(ToldStory story, ITestOutputHelper output) : IClassFixture<ToldStory>
{
    private const int Flips = 40;

    private static readonly string[] Fields =
    [
        "households", "consented", "deliveredFirst", "withdrawn", "deliveredSecond", "entries", "auditViolations",
        "verified", "evidence",
    ];

    [Fact]
    public void The_story_ends_with_one_line_of_JSON_that_holds_what_was_promised()
    {
        _ = story.Ended.Good();
        Assert.DoesNotContain('\n', story.Ended.Output);
        AssertReport(story.Report, ToldStory.HouseholdCount);
        Assert.Equal(Path.Combine(story.Data, "export.chain"), story.Evidence);
    }

    [Fact]
    public async Task The_separate_program_accepts_the_evidence()
    {
        var (exitCode, said) = await Evidence.VerifyAsync(story.Evidence);

        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public async Task A_flipped_byte_anywhere_in_the_evidence_is_refused_and_located()
    {
        using var folder = new WorkFolder();
        var seed = Seeds.Next();
        output.WriteLine($"EXCHANGE_SEED={seed}");
        var random = new Random(seed);
        var bytes = await File.ReadAllBytesAsync(story.Evidence);
        var flips = Enumerable.Range(0, Flips)
            .Select(_ => (At: random.Next(bytes.Length), Mask: (byte)(1 << random.Next(8)))).ToArray();

        var two = new ParallelOptions { MaxDegreeOfParallelism = 2 };
        await Parallel.ForEachAsync(flips, two, async (flip, cancellation) =>
        {
            var path = folder.In($"{flip.At}-{flip.Mask}.chain");
            var changed = bytes.ToArray();
            changed[flip.At] ^= flip.Mask;
            await File.WriteAllBytesAsync(path, changed, cancellation);
            var (exitCode, said) = await Evidence.VerifyAsync(path);

            var where = $"seed={seed} at={flip.At} mask={flip.Mask} code={exitCode}: {said}";
            Assert.True(exitCode is 1 or 2, where);
            Assert.True(
                exitCode == 2
                    ? said.Contains("not judged:", StringComparison.Ordinal)
                    : said.Contains("first bad entry: ", StringComparison.Ordinal)
                        && said.Contains("expected: ", StringComparison.Ordinal)
                        && said.Contains("found: ", StringComparison.Ordinal),
                where);
        });
    }

    [Fact]
    public void What_the_story_says_holds_no_cell_of_the_table_and_no_token()
    {
        Assert.DoesNotContain("Wang", story.Ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("K-0", story.Ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Head of household", story.Ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", story.Ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_is_not_empty_is_left_alone()
    {
        var ended = await ExchangeProgram.RunAsync("demo", "--data", story.Data);

        ended.Refused(story.Data, "is not empty");
    }

    [Fact]
    public async Task One_household_is_enough_for_the_story()
    {
        using var folder = new WorkFolder();
        var table = folder.Write("one.csv", "id,income\n1,5\n");

        var ended = await ExchangeProgram.RunAsync(
            "demo", "--households", table, "--key", "id", "--data", folder.Data, "--seed", "9");

        AssertReport(JsonNode.Parse(ended.Good().Output)!.AsObject(), households: 1);
    }

    [Fact]
    public async Task A_table_that_cannot_be_used_is_told_before_a_node_is_started()
    {
        using var folder = new WorkFolder();
        var table = folder.Write("twice.csv", "id,income\n1,5\n2,5\n1,6\n");

        var ended = await ExchangeProgram.RunAsync("demo", "--households", table, "--key", "id", "--data", folder.Data);

        ended.Refused(table, "line 4", "the same value as in line 2");
        Assert.False(Directory.Exists(folder.Data));
    }

    [Fact]
    public async Task A_node_that_stays_takes_the_printed_tokens_and_ends_when_told()
    {
        using var folder = new WorkFolder();
        var table = folder.Write("few.csv", "id,income\n1,5\n2,6\n3,7\n4,\n");
        await using var program = ExchangeProgram.Start("demo", "--households", table, "--key", "id", "--stay");

        var token = (await program.WaitForLineAsync("regulator/provincial: ")).Split(": ")[1];
        var address = (await program.WaitForLineAsync("The node stays on ")).Split(' ')[4].TrimEnd(';');
        using var client = new ExchangeClient(new(address));
        var answer = await client.GetAsync(token, "/v1/datasets/poverty-register/consents", "CASE-1");

        Assert.True(answer.IsSuccess, answer.Text);
        var ended = (await program.TerminateAsync()).Good();
        AssertReport(JsonNode.Parse(ended.Output)!.AsObject(), households: 4);
        var evidence = JsonNode.Parse(ended.Output)!["evidence"]!.GetValue<string>();
        Directory.Delete(Path.GetDirectoryName(evidence)!, recursive: true);
    }

    [Fact]
    public async Task A_story_that_is_told_to_stop_stops()
    {
        using var folder = new WorkFolder();
        await using var program = ExchangeProgram.Start("demo", "--data", folder.Data);
        _ = await program.WaitForLineAsync("households and linked");

        var ended = await program.TerminateAsync();

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("Stopped before the end.", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_real_register_or_else_the_generated_one_tells_the_story()
    {
        using var folder = new WorkFolder();
        string[] table = RealRegister() is { } path ? ["--households", path, "--key", "rownames"] : [];
        var taken = System.Diagnostics.Stopwatch.StartNew();

        var ended = await ExchangeProgram.RunAsync(["demo", "--data", folder.Data, .. table]);

        output.WriteLine($"{taken.Elapsed.TotalSeconds:0.0} s: {ended.Output}");
        AssertReport(JsonNode.Parse(ended.Good().Output)!.AsObject(), table.Length > 0 ? 5999 : 2000);
    }

    // The households of a real survey, where they lie beside the clone.
    private static string? RealRegister()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "data", "households", "vlss_households.csv");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static void AssertReport(JsonObject report, int households)
    {
        Assert.Equal(Fields, report.Select(field => field.Key));
        Assert.Equal(households, Number("households"));
        Assert.InRange(Number("consented"), 1, households);
        Assert.Equal(Number("consented"), Number("deliveredFirst"));
        Assert.Equal(Number("consented") - Number("withdrawn"), Number("deliveredSecond"));
        Assert.True(Number("entries") > households * 2);
        Assert.Equal(0, Number("auditViolations"));
        Assert.True(report["verified"]!.GetValue<bool>());

        long Number(string field) => report[field]!.GetValue<long>();
    }
}
