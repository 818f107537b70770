using System.Diagnostics;
using System.Text.Json.Nodes;
using Exchange.Benchmarks.Append;
using Exchange.Benchmarks.Harness;

namespace Exchange.Benchmarks.Silos;

/// <summary>
/// What a silo takes that has no grains; then the managed memory of households' grains: in the exchange of one process,
/// and in a silo, where Orleans keeps an activation and a place in its directory for each as well.
/// </summary>
internal static class GrainMemory
{
    internal static async Task RunAsync(ClusterWorld world)
    {
        var grains = world.Settings.Grains;
        Touched embedded;
        {
            var node = await world.OpenEmbeddedAsync();
            await using var load = world.LoadOn(node, grains);
            embedded = await TouchAsync(load, () => node.Exchange.ResidentCount);
        }

        long empty;
        await using (var alone = await SiloProcess.StartAsync(world.NextPlace("empty")))
        {
            empty = alone.ResidentBytes;
        }

        var silo = await SiloNode.StartSiloAsync(world.NextPlace("grains"));
        await using var clustered = world.LoadOn(silo, grains);
        var inSilo = await TouchAsync(clustered, () => silo.ResidentCount);
        ResultLine.Write("cluster-grains", new()
        {
            ["grains"] = grains,
            ["consentsEach"] = world.Settings.Consents,
            ["residentBytesOfAnEmptySilo"] = empty,
            ["inOneProcess"] = Describe(embedded),
            ["inASilo"] = Describe(inSilo),
            ["bytesOfOrleansEach"] = Math.Round(inSilo.BytesEach - embedded.BytesEach),
        });
    }

    private static async Task<Touched> TouchAsync(ConsentLoad load, Func<int> count)
    {
        var (before, resident) = (GC.GetTotalMemory(forceFullCollection: true), count());
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await load.WarmAsync();
        var (time, used) = (clock.Elapsed, Environment.CpuUsage.TotalTime - processor);
        return new(
            count() - resident, time, used, GC.GetTotalMemory(forceFullCollection: true) - before);
    }

    private static JsonObject Describe(Touched touched) => new()
    {
        ["inMemory"] = touched.Grains,
        ["perSecond"] = Math.Round(touched.Grains / touched.Time.TotalSeconds),
        ["processMicrosecondsEach"] = Math.Round(touched.Processor.TotalMicroseconds / touched.Grains, 1),
        ["bytesEach"] = Math.Round(touched.BytesEach),
    };

    private sealed record Touched(int Grains, TimeSpan Time, TimeSpan Processor, long Bytes)
    {
        internal double BytesEach => Bytes / (double)Math.Max(1, Grains);
    }
}
