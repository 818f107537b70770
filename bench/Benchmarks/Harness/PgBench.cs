using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Exchange.Store.Postgres;

namespace Exchange.Benchmarks.Harness;

/// <summary>What PostgreSQL's own load generator did.</summary>
/// <param name="ClientTime">Processor time of the generator; the server's is measured beside it.</param>
internal sealed record PgBenchResult(
    long Transactions, double PerSecond, double AverageMicroseconds, TimeSpan ClientTime, TimeSpan ServerTime);

/// <summary>Runs scripts by pgbench with prepared statements.</summary>
internal static partial class PgBench
{
    internal static PgBenchResult Run(
        PrivateServer server, string database, string script, int clients, TimeSpan time,
        params IEnumerable<(string Name, long Value)> variables)
    {
        var process = server.ProcessId!.Value;
        var (ended, used) = (ServerMeter.OfEndedChildren(), ServerMeter.Of(process));
        var start = new ProcessStartInfo(
            Path.Combine(PrivateServer.Programs, "pgbench"),
            [
                "--host", server.SocketDirectory, "--username", PrivateServer.Superuser, "--no-vacuum",
                "--protocol", "prepared", "--file", script,
                "--client", clients.ToString(CultureInfo.InvariantCulture),
                "--jobs", Math.Min(clients, Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture),
                "--time", ((int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
                .. variables.SelectMany(each => new[] { "--define", $"{each.Name}={each.Value}" }),
                database,
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGOPTIONS"] = "-c search_path=exchange";
        using var run = Process.Start(start)!;
        var errors = run.StandardError.ReadToEndAsync();
        var output = run.StandardOutput.ReadToEnd();
        run.WaitForExit();
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"pgbench ended with {run.ExitCode}: {errors.Result.Trim()}");
        }

        return new(
            long.Parse(Transactions().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            double.Parse(Latency().Match(output).Groups[1].Value, CultureInfo.InvariantCulture) * 1000,
            ServerMeter.OfEndedChildren() - ended, ServerMeter.Of(process) - used);
    }

    [GeneratedRegex(@"transactions actually processed: (\d+)")]
    private static partial Regex Transactions();

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"latency average = ([\d.]+) ms")]
    private static partial Regex Latency();
}
