namespace Exchange.Chaos.Kills;

/// <summary>What a run of kills came to.</summary>
/// <param name="VerifierExitCode">Of the offline verifier over the evidence, audit included.</param>
/// <param name="Errors">Answers that no caller should ever get.</param>
public sealed record KillReport(
    string Store, int Kills, int Seed, long Sent, long Acknowledged, long Refused, long Downloads, EvidenceCheck Check,
    TimeSpan LongestRecovery, int VerifierExitCode, string Verdict, IReadOnlyList<string> Errors)
{
    public bool IsGood =>
        Check is { Lost: 0, Doubled: 0, Gaps: 0, Forks: 0, OneSided: 0 } && VerifierExitCode == 0 && Errors.Count == 0;

    public override string ToString() =>
        $"{Store}, seed {Seed}: kills {Kills}, sent {Sent}, acknowledged {Acknowledged}, refused {Refused}, "
        + $"downloads {Downloads}, entries {Check.Entries}, lost {Check.Lost}, doubled {Check.Doubled}, "
        + $"gaps {Check.Gaps}, forks {Check.Forks}, one-sided {Check.OneSided}, "
        + $"deliveries closed as lost {Check.LostDeliveries}, "
        + $"longest recovery {LongestRecovery.TotalMilliseconds:0} ms, verifier {VerifierExitCode}"
        + string.Concat(Errors.Take(10).Select(error => $"\n{error}"))
        + (VerifierExitCode == 0 ? "" : $"\n{Verdict}");
}
