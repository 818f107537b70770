using System.Diagnostics;
using System.Text.Json;

namespace Exchange.Silo.Demo;

/// <summary>
/// Runs the separate program <c>exchange-verify</c>, which shares no memory and no network with the node.
/// </summary>
internal static class DemoVerifier
{
    /// <summary>Whether the file was accepted, and how many entries it has.</summary>
    internal static async Task<(bool Verified, long Entries)> VerifyAsync(string path, DemoSteps steps)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "verify", "exchange-verify.dll");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            ArgumentList = { program, "chains", path, "--audit", "--json" },
        };
        using var process = Process.Start(start) ?? throw new DemoException($"{program} did not start.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            await steps.SayAsync($"the offline verifier refused the evidence with {process.ExitCode}: {output.Trim()}");
            return (false, 0);
        }

        using var summary = JsonDocument.Parse(output);
        var entries = summary.RootElement.GetProperty("entries").GetInt64();
        await steps.SayAsync($"the offline verifier accepted {entries} entries: hashes, rules and deliveries");
        return (true, entries);
    }
}
