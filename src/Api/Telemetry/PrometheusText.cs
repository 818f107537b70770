using System.Globalization;
using System.Text;

namespace Exchange.Api.Telemetry;

/// <summary>
/// Prometheus' text format, version 0.0.4: names as OpenTelemetry's rules for Prometheus make them, with the unit
/// behind the name and <c>_total</c> behind a counter's.
/// </summary>
internal static class PrometheusText
{
    internal const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all families.</summary>
    internal static string Write(ImmutableArray<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            var series = family.Series.ToList();
            if (series.Count == 0)
            {
                continue;
            }

            var type = family.Kind switch
            {
                MetricKind.Counter => "counter",
                MetricKind.Gauge => "gauge",
                _ => "histogram",
            };
            _ = text.Append("# HELP ").Append(family.Name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n')
                .Append("# TYPE ").Append(family.Name).Append(' ').Append(type).Append('\n');
            foreach (var (labels, measured) in series)
            {
                WriteSeries(text, family, labels, measured);
            }
        }

        return text.ToString();
    }

    /// <summary>The name of an instrument on the page.</summary>
    internal static string NameOf(string instrument, string? unit, MetricKind kind)
    {
        var name = new StringBuilder(instrument.Length + 16);
        foreach (var each in instrument)
        {
            _ = name.Append(char.IsAsciiLetterOrDigit(each) || each is '_' or ':' ? each : '_');
        }

        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
        {
            _ = name.Insert(0, '_');
        }

        // "{part}" and the like only say what is counted.
        var suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "us" => "_microseconds",
            "ns" => "_nanoseconds",
            "By" => "_bytes",
            "%" => "_percent",
            "1" when kind == MetricKind.Gauge => "_ratio",
            _ => "",
        };
        AppendMissing(name, suffix);
        AppendMissing(name, kind == MetricKind.Counter ? "_total" : "");
        return name.ToString();
    }

    /// <summary>The labels between braces, sorted by name; empty where there are none.</summary>
    internal static string LabelsOf(IEnumerable<KeyValuePair<string, object?>> tags) => string.Join(',', tags
        .Where(tag => tag.Value is not null)
        .Select(tag => (
            Name: LabelNameOf(tag.Key), Value: Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? ""))
        .OrderBy(label => label.Name, StringComparer.Ordinal)
        .DistinctBy(label => label.Name, StringComparer.Ordinal)
        .Select(label => $"{label.Name}=\"{EscapeValue(label.Value)}\""));

    private static void WriteSeries(StringBuilder text, MetricFamily family, string labels, MetricSeries series)
    {
        var (value, count, buckets) = series.Read();
        if (family.Kind != MetricKind.Histogram)
        {
            WriteSample(text, family.Name, labels, value);
            return;
        }

        var below = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            below += buckets[i];
            var bound = i < family.Bounds.Length ? TextOf(family.Bounds[i]) : "+Inf";
            var comma = labels.Length == 0 ? "" : ",";
            WriteSample(text, family.Name + "_bucket", $"{labels}{comma}le=\"{bound}\"", below);
        }

        WriteSample(text, family.Name + "_sum", labels, value);
        WriteSample(text, family.Name + "_count", labels, count);
    }

    private static void WriteSample(StringBuilder text, string name, string labels, double value)
    {
        _ = text.Append(name);
        if (labels.Length > 0)
        {
            _ = text.Append('{').Append(labels).Append('}');
        }

        _ = text.Append(' ').Append(TextOf(value)).Append('\n');
    }

    private static string TextOf(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static void AppendMissing(StringBuilder name, string suffix)
    {
        if (!name.ToString().EndsWith(suffix, StringComparison.Ordinal))
        {
            _ = name.Append(suffix);
        }
    }

    private static string LabelNameOf(string tag)
    {
        var name = string.Concat(tag.Select(each => char.IsAsciiLetterOrDigit(each) ? each : '_'));
        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? "_" + name : name;
    }

    private static string EscapeHelp(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeValue(string text) =>
        EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);
}
