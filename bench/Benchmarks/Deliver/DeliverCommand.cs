using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Exchange.Benchmarks.Harness;

namespace Exchange.Benchmarks.Deliver;

/// <summary>
/// Rows per second of a consent-filtered delivery to a reader that takes everything at once, from its start on the
/// chain to its end there, beside copying a file of the same bytes.
/// </summary>
internal static class DeliverCommand
{
    private const int CopyBufferBytes = 64 * 1024;

    internal static Command Create()
    {
        var households = new Option<int>("--households") { DefaultValueFactory = _ => 100_000 };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
        var command = new Command("deliver", "Rows per second of a delivery, beside copying the same file.")
        {
            households, rounds, seed,
        };
        command.SetAction((parsed, _) =>
            RunAsync(parsed.GetValue(households), parsed.GetValue(rounds), parsed.GetValue(seed)));
        return command;
    }

    private static async Task RunAsync(int households, int rounds, int seed)
    {
        using var folder = new TemporaryFolder();
        await using var world = await DeliveryWorld.OpenAsync(Path.Combine(folder.Path, "exchange"), households);
        foreach (var (rowsEach, goal) in new[] { (10, 300_000), (1, 80_000) })
        {
            var licensed = await world.LicenseAsync(rowsEach, Path.Combine(folder.Path, "upload.csv"), seed);
            var result = await CompareAsync(world, licensed, Path.Combine(folder.Path, "delivered.csv"), rounds);
            result["households"] = households;
            result["goal"] = FormattableString.Invariant($"{goal} rows a second");
            ResultLine.Write("deliver", result);
        }
    }

    private static async Task<JsonObject> CompareAsync(
        DeliveryWorld world, LicensedDataset licensed, string path, int rounds)
    {
        // The first delivery warms up, and leaves the file that is copied.
        await using (var file = File.Create(path))
        {
            _ = await world.DeliverAsync(licensed, async piece =>
            {
                foreach (var part in piece)
                {
                    await file.WriteAsync(part);
                }
            });
        }

        var sizeBytes = new FileInfo(path).Length;
        List<double> delivered = [], copied = [], processor = [];
        for (var round = 1; round <= rounds; round++)
        {
            GC.Collect();
            var used = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            _ = await world.DeliverAsync(licensed, _ => ValueTask.CompletedTask);
            delivered.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            processor.Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
            start = Stopwatch.GetTimestamp();
            Copy(path, path + ".copy");
            copied.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            var rate = licensed.Rows / delivered[^1];
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{licensed.RowsEach} rows each, round {round} of {rounds}: ")
                + FormattableString.Invariant($"{licensed.Rows / delivered[^1]:N0} rows a second"));
        }

        return new()
        {
            ["rowsOfEachHousehold"] = licensed.RowsEach,
            ["rowsDelivered"] = licensed.Rows,
            ["bytes"] = sizeBytes,
            ["rounds"] = rounds,
            ["rowsPerSecond"] = Rates(delivered, licensed.Rows),
            ["rowsPerProcessorSecond"] = Rates(processor, licensed.Rows),
            ["megabytesPerSecond"] = Megabytes(delivered, sizeBytes),
            ["copyMegabytesPerSecond"] = Megabytes(copied, sizeBytes),
            ["ratioToCopy"] = Math.Round(
                new Sample(delivered.Zip(copied, (delivery, copy) => copy / delivery)).Median, 4),
        };
    }

    // Read and written through a buffer, as a program does that looks at the bytes; not synced.
    private static void Copy(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var target = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        source.CopyTo(target, CopyBufferBytes);
    }

    private static JsonObject Rates(List<double> seconds, long units) =>
        ResultLine.Of(new Sample(seconds.Select(each => units / each)));

    private static double Megabytes(List<double> seconds, long bytes) =>
        Math.Round(new Sample(seconds.Select(each => bytes / each / 1e6)).Median, 1);
}
