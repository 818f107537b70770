using System.Diagnostics;
using Exchange.Benchmarks.Append;
using Exchange.Benchmarks.Harness;
using Exchange.Benchmarks.World;
using Exchange.Grains.Households;
using Exchange.Ledger;

namespace Exchange.Benchmarks.Silos;

/// <summary>Callers who give consents to grains that keep them in Orleans' own way.</summary>
internal sealed class KeeperLoad(IGrainFactory grains, ImmutableArray<ChainId> households, ConsentTerms terms, int seed)
{
    private readonly KeptConsent _model = new()
    {
        Id = Guid.Empty,
        Recipient = terms.Recipient.ToString(),
        Dataset = terms.Dataset.Value,
        Columns = [.. terms.Columns.Select(column => column.Value)],
        Purposes = [.. terms.Purposes.Select(purpose => purpose.ToString())],
        Methods = [.. terms.Methods.Select(method => (int)method)],
        From = terms.Validity.From.Value,
        Until = terms.Validity.Until.Value,
        RetentionDays = terms.RetentionDays,
        Basis = (int)terms.Basis,
        Notice = terms.Notice.Notice.Value,
        NoticeVersion = terms.Notice.Version,
        NoticeDigest = terms.Notice.Digest.ToArray(),
    };

    private int _turns;

    /// <summary>Has every grain in memory, with the one consent that the chains begin with.</summary>
    internal Task FillAsync() => Parties.ForEachAsync(
        "keepers", households.Length, number => GiveAsync(households[number]), parallelMax: 64);

    internal async Task<LoadResult> RunAsync(int callers, TimeSpan time)
    {
        GC.Collect();
        var (processor, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        var clock = Stopwatch.StartNew();
        var latencies = await Callers.RunAsync(
            callers, HashCode.Combine(seed, Interlocked.Increment(ref _turns)), clock, time,
            random => GiveAsync(households[random.Next(households.Length)]));
        return new(
            latencies.Length, latencies.Length, clock.Elapsed, Environment.CpuUsage.TotalTime - processor,
            GC.GetTotalAllocatedBytes() - allocated, latencies);
    }

    private Task<int> GiveAsync(ChainId household) =>
        grains.GetGrain<IConsentKeeper>(household.Key.Value).GiveAsync(_model with { Id = Guid.NewGuid() });
}
