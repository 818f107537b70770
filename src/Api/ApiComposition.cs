using System.Threading.RateLimiting;
using Exchange.Api.Resources;
using Exchange.Api.Telemetry;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Exchange.Api;

/// <summary>
/// Puts the API together. The host gives the ports (<see cref="IExchange"/>, the stores, uploads, deliveries, evidence,
/// subject keys), the signing key and the edge's secrets.
/// </summary>
public static class ApiComposition
{
    public static IServiceCollection AddExchangeApi(this IServiceCollection services, ApiOptions? options = null)
    {
        services.AddSingleton(options ?? new ApiOptions());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<TokenReader>();
        services.AddSingleton<Sealing.PersonalTexts>();
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<KeyConstraint>(KeyConstraint.Name));
        services.TryAddSingleton(_ => MeterReadings.Start());
        services.AddHealthChecks().AddCheck<StoreHealth>("store");
        services.AddRateLimiter(limiter => LimitRates(limiter, options ?? new ApiOptions()));
        return services.AddExchangeDocument();
    }

    public static WebApplication MapExchangeApi(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ApiOptions>();
        _ = app.Services.GetRequiredService<MeterReadings>();
        app.UseMiddleware<Faults>();
        app.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "docs";
            ui.DocumentTitle = "Exchange";
            ui.SwaggerEndpoint(ExchangeDocument.Path, "Exchange");
        });
        app.UseRouting();
        app.UseMiddleware<Negotiation>();
        app.UseMiddleware<Gate>();
        app.UseRateLimiter();
        var anyone = new RolesAllowed([.. TokenSubject.Roles], Anonymous: true);
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).WithMetadata(anyone);
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = StoreHealth.WriteAsync })
            .WithMetadata(anyone);
        MetricsPage.Map(app);
        app.MapOpenApi("/openapi/{documentName}.json").WithMetadata(anyone);
        MapResources(
            app.MapGroup("/v1").WithMetadata(new BodyLimit(options.BodySizeBytesMax)).AddEndpointFilter(CheckLimits),
            options);
        return app;
    }

    private static void MapResources(RouteGroupBuilder v1, ApiOptions options)
    {
        Departments.Map(v1);
        Officers.Map(v1);
        Households.Map(v1, options);
        Consents.Map(v1, options);
        Identifiers.Map(v1, options);
        Notices.Map(v1);
        Buyers.Map(v1);
        Datasets.Map(v1);
        DatasetConsents.Map(v1);
        Revisions.Map(v1, options);
        Offers.Map(v1);
        Agreements.Map(v1);
        Deliveries.Map(v1);
        Resources.Evidence.Map(v1);
        Chains.Map(v1);
    }

    /// <summary>Bounds of texts and lists, before an operation sees the body.</summary>
    private static async ValueTask<object?> CheckLimits(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var errors = context.Arguments.OfType<IRequestBody>().SelectMany(InputLimits.Check).ToList();
        return errors.Count > 0 ? Problems.Of(Fault.InputInvalid, errors) : await next(context);
    }

    private static void LimitRates(RateLimiterOptions limiter, ApiOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
            RateLimitPartition.GetTokenBucketLimiter(
                http.Features.Get<Caller>()?.Subject.ToString() ?? http.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = options.RequestsPerSecondMax,
                    TokensPerPeriod = options.RequestsPerSecondMax,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                }));
        limiter.OnRejected = (context, _) =>
            new ValueTask(Problems.Later(Fault.TooManyRequests, TimeSpan.FromSeconds(1))
                .ExecuteAsync(context.HttpContext));
    }
}
