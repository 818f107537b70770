using Exchange.Chaos.Clients;
using Exchange.Chaos.Kills;

namespace Exchange.Chaos.Cluster;

/// <summary>What a run of disturbances came to.</summary>
/// <param name="Run">What every run of kills says.</param>
/// <param name="Awakenings">
/// For each kind of disturbance of a silo: how often, and the longest time until all grains answered again.
/// </param>
/// <param name="Gateways">What API nodes without grains answered: also to calls that met a dying silo.</param>
/// <param name="Silos">What the silos themselves answered.</param>
/// <param name="LearnedDeath">How many silos ended by themselves because they were dead to the others.</param>
public sealed record ClusterReport(
    KillReport Run, IReadOnlyDictionary<string, Awakening> Awakenings, Tally Gateways, Tally Silos, int LearnedDeath)
{
    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(10);

    public bool IsGood =>
        Run.IsGood && Gateways.Wrongs.Count == 0 && Silos.Wrongs.Count == 0 && Gateways.Unanswered.Count == 0;

    private TimeSpan LongestAwakening =>
        Awakenings.Values.Select(each => each.Longest).DefaultIfEmpty(TimeSpan.Zero).Max();

    public override string ToString() =>
        $"{Run}\nlongest time until all grains of a killed silo answer again {LongestAwakening.TotalSeconds:0.0} s "
        + $"(goal {Goal.TotalSeconds:0} s){string.Concat(Awakenings.Select(AwakeningText))}\n"
        + $"silos that learned of their death and ended {LearnedDeath}\n"
        + $"answers of API nodes: {StatusesText(Gateways)}; slowest {Gateways.Longest.Elapsed.TotalSeconds:0.0} s "
        + $"({Gateways.Longest.Request}); never answered {Gateways.Unanswered.Count}\n"
        + $"answers of silos: {StatusesText(Silos)}"
        + string.Concat(Gateways.Wrongs.Concat(Silos.Wrongs).Concat(Gateways.Unanswered.Take(10)).Select(
            wrong => $"\n{wrong}"));

    private static string AwakeningText(KeyValuePair<string, Awakening> each) =>
        $"; {each.Key} {each.Value.Count} times, {each.Value.Longest.TotalSeconds:0.0} s";

    private static string StatusesText(Tally tally) =>
        string.Join(", ", tally.Statuses.Select(each => $"{each.Key}: {each.Value}"));
}
