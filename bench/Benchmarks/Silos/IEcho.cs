using Orleans.Concurrency;

namespace Exchange.Benchmarks.Silos;

/// <summary>A grain that does nothing, so that a call to it costs what calls cost.</summary>
[Alias("bench.echo")]
internal interface IEcho : IGrainWithStringKey
{
    /// <summary>Answers what it is given.</summary>
    [AlwaysInterleave]
    [Alias("call")]
    Task<long> CallAsync(long number);
}
