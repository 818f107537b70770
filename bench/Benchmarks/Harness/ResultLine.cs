using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Exchange.Benchmarks.Harness;

/// <summary>Writes a result as one line of JSON, with what one must know of the machine to compare it.</summary>
internal static class ResultLine
{
    /// <summary>Writes the line: the benchmark, what was measured, and the machine.</summary>
    internal static void Write(string benchmark, JsonObject result)
    {
        var line = new JsonObject { ["benchmark"] = benchmark };
        foreach (var (name, value) in result)
        {
            line[name] = value?.DeepClone();
        }

        line["machine"] = new JsonObject
        {
            ["processor"] = Processor(),
            ["cores"] = Environment.ProcessorCount,
            ["memoryBytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            ["system"] = RuntimeInformation.OSDescription,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["at"] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null),
        };
        Console.Out.WriteLine(line.ToJsonString());
    }

    /// <summary>The median of a sample with its range, rounded to whole units.</summary>
    internal static JsonObject Of(Sample sample) => new()
    {
        ["median"] = Math.Round(sample.Median),
        ["least"] = Math.Round(sample.Least),
        ["greatest"] = Math.Round(sample.Greatest),
    };

    private static string Processor()
    {
        const string Source = "/proc/cpuinfo";
        var line = File.Exists(Source)
            ? File.ReadLines(Source).FirstOrDefault(each => each.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
