namespace Exchange.Benchmarks.Silos;

/// <summary>Answers what it is given.</summary>
[GrainType("echo")]
internal sealed class Echo : Grain, IEcho
{
    public Task<long> CallAsync(long number) => Task.FromResult(number);
}
