using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Exchange.Api.Telemetry;

namespace Exchange.Api.Tests;

/// <summary>The page of figures, read as strictly as its format is written.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public async Task The_operator_reads_the_figures_and_nobody_else_does()
    {
        await using var node = await TestNode.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await node.WithToken(null).Get("/metrics")).Status);
        foreach (var subject in new[] { "buyer/acme", "department/health", "regulator/one", "household/h1" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await node.As(subject).Get("/metrics")).Status);
        }

        var (status, type, text) = await PageAsync(node);

        Assert.Equal((HttpStatusCode.OK, "text/plain; version=0.0.4; charset=utf-8"), (status, type));
        Assert.NotEmpty(Read(text));
    }

    [Fact]
    public async Task The_page_tells_queues_batches_commits_grains_and_requests()
    {
        await using var node = await TestNode.StartAsync(new TestNodeParts { OnDisk = true });
        _ = (await node.As("operator/main")
            .Post("/v1/departments", Story.DepartmentBody("planted-department", 2))).Created();

        var (_, _, text) = await PageAsync(node);
        var samples = Read(text);

        foreach (var name in new[]
        {
            "exchange_commands_total", "exchange_commands_active", "exchange_grain_queue_length",
            "exchange_batch_commands_bucket", "exchange_append_duration_seconds_count", "exchange_grain_loads_total",
            "exchange_grain_activations_total", "exchange_grain_resident", "exchange_store_queue_length",
            "exchange_store_queue_size_bytes", "exchange_store_commit_duration_seconds_sum",
            "exchange_store_commit_entries_bucket", "http_server_request_duration_seconds_bucket",
            "kestrel_active_connections", "dotnet_process_memory_working_set_bytes",
        })
        {
            Assert.True(samples.Any(sample => sample.Name == name), $"Expected {name}, found:\n{text}");
        }

        Assert.DoesNotContain("planted", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_labels_and_buckets_follow_the_format()
    {
        using var meter = new Meters("Exchange.Test.Format");
        using var readings = MeterReadings.Start();
        var size = meter.Own.CreateHistogram<int>(
            "test.size", "By", "Back\\slash\nand line", advice: new() { HistogramBucketBoundaries = [1, 10] });
        size.Record(1, new KeyValuePair<string, object?>("a.b", "quo\"te\\\n"), new("a", 1.5));
        size.Record(5, new KeyValuePair<string, object?>("a", 1.5), new("a.b", "quo\"te\\\n"));
        size.Record(11, new KeyValuePair<string, object?>("a.b", "quo\"te\\\n"), new("a", 1.5));
        meter.Own.CreateCounter<long>("test.count", "{thing}").Add(2);
        var gauge = meter.Own.CreateUpDownCounter<long>("test.level");
        gauge.Add(5);
        gauge.Add(-7);

        var text = PrometheusText.Write(
            [.. readings.Collect().Where(family => family.Name.StartsWith("test_", StringComparison.Ordinal))]);

        Assert.Equal(
            """
            # HELP test_count_total 
            # TYPE test_count_total counter
            test_count_total 2
            # HELP test_level 
            # TYPE test_level gauge
            test_level -2
            # HELP test_size_bytes Back\\slash\nand line
            # TYPE test_size_bytes histogram
            test_size_bytes_bucket{a="1.5",a_b="quo\"te\\\n",le="1"} 1
            test_size_bytes_bucket{a="1.5",a_b="quo\"te\\\n",le="10"} 2
            test_size_bytes_bucket{a="1.5",a_b="quo\"te\\\n",le="+Inf"} 3
            test_size_bytes_sum{a="1.5",a_b="quo\"te\\\n"} 17
            test_size_bytes_count{a="1.5",a_b="quo\"te\\\n"} 3

            """.ReplaceLineEndings("\n"),
            text);
        _ = Read(text);
    }

    [Fact]
    public void What_is_observed_no_longer_is_shown_no_longer()
    {
        using var meter = new Meters("Exchange.Test.Observed");
        using var readings = MeterReadings.Start();
        Measurement<long>[] pools = [new(3, new KeyValuePair<string, object?>("pool", "one"))];
        _ = meter.Own.CreateObservableUpDownCounter("test.pools", () => pools);

        var first = readings.Collect().Single(family => family.Name == "test_pools").Series.Single();
        pools = [];
        var second = readings.Collect().Single(family => family.Name == "test_pools").Series;

        Assert.Equal(("pool=\"one\"", 3.0), (first.Key, first.Value.Read().Value));
        Assert.Empty(second);
    }

    [Fact]
    public void A_figure_with_too_many_series_adds_up_what_comes_beyond()
    {
        using var meter = new Meters("Exchange.Test.Many");
        using var readings = MeterReadings.Start();
        var counter = meter.Own.CreateCounter<long>("test.many");
        for (var i = 0; i < MetricFamily.SeriesMax + 100; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("number", i));
        }

        var series = readings.Collect().Single(family => family.Name == "test_many_total").Series.ToList();

        Assert.Equal(MetricFamily.SeriesMax + 1, series.Count);
        Assert.Equal(100, series.Single(each => each.Key == "otel_metric_overflow=\"true\"").Value.Read().Value);
    }

    private static async Task<(HttpStatusCode Status, string? Type, string Text)> PageAsync(TestNode node)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
        var token = node.Issuer.Issue(Ledger.Role.Operator, Ledger.ChainId.Parse("operator/main"), null, null);
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Accept.ParseAdd("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5");
        using var reply = await node.Http.SendAsync(request);
        return (
            reply.StatusCode, reply.Content.Headers.ContentType?.ToString(), await reply.Content.ReadAsStringAsync());
    }

    /// <summary>Reads a page by the format's own grammar; each family is described once, before its samples.</summary>
    private static List<(string Name, double Value)> Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var samples = new List<(string, double)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                continue;
            }

            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                Assert.Contains(words[3], (string[])["counter", "gauge", "histogram"]);
                types.Add(words[2], words[3]);
                continue;
            }

            var sample = Sample().Match(line);
            Assert.True(sample.Success, $"No sample: {line}");
            Assert.True(seen.Add(sample.Groups["series"].Value), $"Twice: {line}");
            var name = sample.Groups["name"].Value;
            var family = types.ContainsKey(name) ? name : Suffix().Replace(name, "");
            Assert.True(types.ContainsKey(family), $"No type before: {line}");
            Assert.Equal(types[family] == "counter", name.EndsWith("_total", StringComparison.Ordinal));
            samples.Add((name, double.Parse(
                sample.Groups["value"].Value.Replace("Inf", "Infinity", StringComparison.Ordinal),
                CultureInfo.InvariantCulture)));
        }

        return samples;
    }

    [GeneratedRegex(
        """
        ^(?<series>(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\[\\n"])*",?)+\})?)[ ]
        (?<value>[-+]?(Inf|[0-9.Ee+-]+)|NaN)$
        """,
        RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Suffix();
}
