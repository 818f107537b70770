using System.Globalization;
using System.Text.Json.Nodes;
using Exchange.Verify;

namespace Exchange.Api.Tests;

/// <summary>What a regulator does: audits on the node, exports, and verifies with the separate program.</summary>
internal static class Evidencing
{
    private static readonly (string, string) Case = ("Case-Number", "2026-17");

    /// <summary>The findings of an audit on the node.</summary>
    internal static async Task<JsonNode> AuditAsync(this Story story) =>
        (await story.ContentAsync("/v1/audits")).Json;

    /// <summary>The bytes of an export.</summary>
    internal static async Task<byte[]> ExportAsync(this Story story) => (await story.ContentAsync("/v1/exports")).Bytes;

    /// <summary>The status of an export that was made.</summary>
    internal static async Task<Reply> ExportStatusAsync(this Story story) => await story.StartedAsync("/v1/exports");

    /// <summary>What the offline verifier says of an export.</summary>
    internal static (ExitCode Code, JsonNode Summary) Verify(byte[] export, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("exchange-evidence-");
        try
        {
            var path = Path.Combine(folder.FullName, "evidence.chains");
            File.WriteAllBytes(path, export);
            using var output = new StringWriter(CultureInfo.InvariantCulture);
            using var error = new StringWriter(CultureInfo.InvariantCulture);
            var code = CommandLine.Run(["chains", path, "--json", .. options], new(output, error, TimeProvider.System));
            Assert.True(code != ExitCode.NotJudged, error.ToString());
            return (code, JsonNode.Parse(output.ToString())!);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Reply> ContentAsync(this Story story, string path)
    {
        var status = await story.StartedAsync(path);
        Assert.Equal("ready", status.Json["status"]!.GetValue<string>());
        return (await story.Regulator.Get(status.Json["content"]!.GetValue<string>())).Ok();
    }

    private static async Task<Reply> StartedAsync(this Story story, string path)
    {
        var started = await story.Regulator.Post(path, null, null, Case);
        return await Poll.Until(
            () => story.Regulator.Get(started.Headers["Location"]),
            reply => reply.Json["status"]!.GetValue<string>() != "running");
    }
}
