namespace Exchange.Api.Telemetry;

/// <summary>
/// <c>/metrics</c>, for the operator alone. Not for whoever asks from the machine itself: behind a proxy that stands on
/// it, everybody does.
/// </summary>
internal static class MetricsPage
{
    internal static void Map(IEndpointRouteBuilder app) => app
        .MapGet("/metrics", (MeterReadings readings) =>
            Results.Text(PrometheusText.Write(readings.Collect()), PrometheusText.MediaType))
        .Allow(Role.Operator)
        .ExcludeFromDescription();
}
