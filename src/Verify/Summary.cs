using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Verify;

/// <summary>Writes a verdict for a person, or as one line of JSON.</summary>
internal static class Summary
{
    private static readonly JsonSerializerOptions OneLine =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Write(Verdict verdict, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(ToJson(verdict).ToJsonString(OneLine));
            return;
        }

        output.WriteLine(verdict.ExitCode == ExitCode.Accepted ? "accepted" : "refused");
        if (verdict.Exchange is { } exchange)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  exchange {exchange}: {verdict.Chains:N0} chains, {verdict.Entries:N0} entries, "
                + $"{verdict.ContentItems:N0} content items"));
        }

        foreach (var statement in verdict.Statements)
        {
            output.WriteLine($"  {Mark(statement.Judgement)} {statement.Sentence}");
        }

        foreach (var note in verdict.Notes)
        {
            output.WriteLine($"  note: {note}");
        }

        for (var i = 0; i < verdict.Findings.Count; i++)
        {
            var finding = verdict.Findings[i];
            output.WriteLine($"{(i == 0 ? "first bad entry" : "then")}: {finding.Place}");
            output.WriteLine($"  expected: {finding.Expected}");
            output.WriteLine($"  found:    {finding.Found}");
        }

        if (verdict.FindingsCounted > verdict.Findings.Count)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"and {verdict.FindingsCounted - verdict.Findings.Count:N0} more"));
        }

        if (verdict.Replay is { } replay)
        {
            output.WriteLine(replay.ToJsonString(OneLine));
        }
    }

    private static string Mark(Judgement judgement) => judgement switch
    {
        Judgement.Holds => "yes ",
        Judgement.Fails => "NO  ",
        _ => "open",
    };

    private static JsonObject ToJson(Verdict verdict)
    {
        var summary = new JsonObject
        {
            ["accepted"] = verdict.ExitCode == ExitCode.Accepted,
            ["exchange"] = verdict.Exchange?.ToString(),
            ["chains"] = verdict.Chains,
            ["entries"] = verdict.Entries,
            ["contentItems"] = verdict.ContentItems,
        };
        foreach (var statement in verdict.Statements)
        {
            summary[statement.Name] = statement.Judgement == Judgement.Open
                ? null
                : statement.Judgement == Judgement.Holds;
        }

        summary["statements"] = new JsonArray([.. verdict.Statements.Select(each => JsonValue.Create(each.Sentence))]);
        summary["notes"] = new JsonArray([.. verdict.Notes.Select(note => JsonValue.Create(note))]);
        summary["findingsCounted"] = verdict.FindingsCounted;
        summary["findings"] = new JsonArray([.. verdict.Findings.Select(finding => new JsonObject
        {
            ["place"] = finding.Place,
            ["chain"] = finding.Chain?.ToString(),
            ["index"] = finding.Index?.Value,
            ["expected"] = finding.Expected,
            ["found"] = finding.Found,
        })]);
        if (verdict.Replay is { } replay)
        {
            summary["replay"] = replay.DeepClone();
        }

        return summary;
    }
}
