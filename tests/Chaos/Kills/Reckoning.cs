using System.Diagnostics;
using Exchange.Chaos.Clients;

namespace Exchange.Chaos.Kills;

/// <summary>What the evidence of an exchange at rest says about a journal.</summary>
/// <param name="VerifierExitCode">Of the offline verifier, audit included.</param>
public sealed record Reckoning(EvidenceCheck Check, int VerifierExitCode, string Verdict)
{
    // Rest is a matter of seconds. Only what will never come to it waits for so long.
    private static readonly TimeSpan RestMax = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan RestPause = TimeSpan.FromSeconds(1);

    /// <summary>Whether everything acknowledged is there once, and nothing else is wrong.</summary>
    public bool IsGood =>
        Check is { Lost: 0, Doubled: 0, Gaps: 0, Forks: 0, OneSided: 0 } && VerifierExitCode == 0;

    /// <summary>
    /// Waits until every process has come to its end, and every delivery that was started too; then takes the evidence.
    /// </summary>
    public static async Task<Reckoning> AtRestAsync(
        ExchangeClient client, World world, Journal journal, string directory)
    {
        var evidence = Path.Combine(directory, "evidence.chain");
        var waited = Stopwatch.StartNew();
        await Evidence.ExportAsync(client, world.By.Regulator, evidence);
        while (EvidenceCheck.Of(evidence, []).OneSided > 0 && waited.Elapsed < RestMax)
        {
            await Task.Delay(RestPause);
            await Evidence.ExportAsync(client, world.By.Regulator, evidence);
        }

        var (exitCode, verdict) = await Evidence.VerifyAsync(evidence, "--audit");
        return new(EvidenceCheck.Of(evidence, journal.Acknowledged), exitCode, verdict);
    }
}
