using System.Globalization;
using System.Text.Json.Nodes;

namespace Exchange.Verify.Tests;

/// <summary>A grain as of a moment or an entry, out of the file alone.</summary>
public sealed class ReplayTests
{
    private static readonly ReliefStory Relief = ReliefStory.Tell(households: 8);
    private static readonly byte[] File = Relief.Story.ToFile();

    [Fact]
    public void A_household_is_shown_before_and_after_its_withdrawal()
    {
        var household = ReliefStory.HouseholdOf(7).ToString();

        Assert.Equal("given", ConsentAt(household, "1"));
        Assert.Equal("withdrawn", ConsentAt(household, "2"));
        Assert.Equal("withdrawn", ConsentAt(household, "99"));
        Assert.Null(ConsentAt(household, "0"));
    }

    [Fact]
    public void A_moment_shows_what_was_recorded_by_then_in_any_offset()
    {
        var household = ReliefStory.HouseholdOf(7).ToString();
        var all = Replay(household, "2");
        var withdrawn = DateTimeOffset.Parse((string)all["recordedAt"]!, CultureInfo.InvariantCulture);
        var abroad = withdrawn.ToOffset(TimeSpan.FromHours(8))
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        var before = withdrawn.AddMilliseconds(-1)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

        Assert.Equal("withdrawn", ConsentAt(household, abroad));
        Assert.Equal("given", ConsentAt(household, before));
    }

    [Fact]
    public void A_grain_of_every_kind_is_shown()
    {
        foreach (var chain in Relief.Story.Chains)
        {
            var replay = Replay(chain.ToString(), "999999");

            Assert.Equal(chain.ToString(), (string?)replay["grain"]);
            Assert.Equal(Relief.Story.HeadOf(chain).Hash.ToString(), (string?)replay["head"]!["hash"]);
        }
    }

    [Fact]
    public void What_was_not_there_yet_has_no_rows()
    {
        Assert.Empty(Replay("household/unknown", "5")["rows"]!.AsArray());
        Assert.Empty(Replay(ReliefStory.Buyer.ToString(), "1970-01-01T00:00:00Z")["rows"]!.AsArray());
    }

    [Fact]
    public void The_readable_form_ends_with_the_grain_as_one_line_of_json()
    {
        using var folder = new Folder();
        var path = folder.Write("evidence.chain", File);

        var run = Verifier.Run("chains", path, "--at", "0", "--grain", ReliefStory.Buyer.ToString());

        var last = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Equal("Acme Insurance", (string?)JsonNode.Parse(last)!["rows"]![0]!["row"]!["details"]!["legalName"]);
    }

    private static string? ConsentAt(string grain, string at) => (string?)Replay(grain, at)["rows"]!.AsArray()
        .SingleOrDefault(row => (string?)row!["table"] == "consent")?["row"]!["consent"]!["status"];

    private static JsonObject Replay(string grain, string at)
    {
        var run = Verifier.Check(File, "--at", at, "--grain", grain);

        Assert.Equal(ExitCode.Accepted, run.ExitCode);
        return run.Json["replay"]!.AsObject();
    }
}
