namespace Exchange.Benchmarks.Harness;

/// <summary>What several rounds gave.</summary>
internal sealed class Sample
{
    private readonly double[] _sorted;

    internal Sample(IEnumerable<double> values) => _sorted = [.. values.Order()];

    internal double Least => _sorted[0];

    internal double Greatest => _sorted[^1];

    internal double Median => _sorted.Length % 2 == 1
        ? _sorted[_sorted.Length / 2]
        : (_sorted[(_sorted.Length / 2) - 1] + _sorted[_sorted.Length / 2]) / 2;
}
