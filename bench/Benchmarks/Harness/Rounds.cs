namespace Exchange.Benchmarks.Harness;

/// <summary>
/// Runs contenders in turn, round by round, so that whatever the machine does meanwhile meets all of them alike.
/// </summary>
internal static class Rounds
{
    private const int WarmUps = 2;

    /// <summary>
    /// Units per second of each contender in each round, after rounds that warm up and are not kept. Seconds are
    /// those of
    /// processor time of the whole process, collector and compiler included: per core, whoever else uses the machine.
    /// </summary>
    internal static IReadOnlyDictionary<string, Sample> Alternate(int rounds, IReadOnlyList<Contender> contenders)
    {
        var rates = contenders.ToDictionary(each => each.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (var round = 1 - WarmUps; round <= rounds; round++)
        {
            // Who comes first in a round comes last in the next.
            foreach (var each in round % 2 == 0 ? contenders : contenders.Reverse())
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                var start = Environment.CpuUsage.TotalTime;
                var units = each.Run();
                var seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
                if (round > 0)
                {
                    rates[each.Name].Add(units / seconds);
                }

                Console.Error.WriteLine(FormattableString.Invariant(
                    $"round {round} of {rounds}: {each.Name}: {units / seconds:N0} a second"));
            }
        }

        return rates.ToDictionary(each => each.Key, each => new Sample(each.Value), StringComparer.Ordinal);
    }
}
