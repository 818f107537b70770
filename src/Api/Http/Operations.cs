namespace Exchange.Api.Http;

/// <summary>How operations are declared: a name, a sentence, who may call them, what they answer.</summary>
internal static class Operations
{
    internal static RouteHandlerBuilder Operation(this RouteHandlerBuilder builder, string id, string summary) =>
        builder.WithName(id).WithSummary(summary);

    internal static RouteHandlerBuilder Allow(this RouteHandlerBuilder builder, params Role[] roles) =>
        builder.WithMetadata(new RolesAllowed([.. roles], Anonymous: false));

    internal static RouteHandlerBuilder AllowAnyone(this RouteHandlerBuilder builder) =>
        builder.WithMetadata(new RolesAllowed([.. TokenSubject.Roles], Anonymous: true));

    internal static RouteHandlerBuilder AllowEveryRole(this RouteHandlerBuilder builder) =>
        builder.WithMetadata(new RolesAllowed([.. TokenSubject.Roles], Anonymous: false));

    /// <summary>Gives one command: takes an idempotency key and perhaps a head, answers data and receipt.</summary>
    internal static RouteHandlerBuilder Writes<TView>(
        this RouteHandlerBuilder builder, int status = StatusCodes.Status200OK) =>
        builder.WithMetadata(new CommandWrite()).Produces<Written<TView>>(status);

    /// <summary>Gives many commands: takes an id for each.</summary>
    internal static RouteHandlerBuilder WritesMany<TView>(this RouteHandlerBuilder builder, ApiOptions options)
        where TView : class
        => builder.Produces<BatchAnswer<TView>>().WithMetadata(new BodyLimit(options.BatchSizeBytesMax));

    /// <summary>Shows one thing, now or as of a moment or an entry.</summary>
    internal static RouteHandlerBuilder Reads<TView>(this RouteHandlerBuilder builder) =>
        builder.Produces<Found<TView>>().WithMetadata(new TakesQuery(At: true, List: false));

    internal static RouteHandlerBuilder Lists<TView>(this RouteHandlerBuilder builder) =>
        builder.Produces<Page<TView>>().WithMetadata(new TakesQuery(At: false, List: true));

    internal static RouteHandlerBuilder ListsAsOf<TView>(this RouteHandlerBuilder builder) =>
        builder.Produces<PageAsOf<TView>>().WithMetadata(new TakesQuery(At: true, List: true));

    /// <summary>Reads histories of households where a regulator calls it: needs a case number then.</summary>
    internal static RouteHandlerBuilder ReadsHouseholds(this RouteHandlerBuilder builder) =>
        builder.WithMetadata(new TakesCaseNumber());
}


internal sealed record TakesQuery(bool At, bool List);

internal sealed record TakesCaseNumber;

/// <summary>The greatest body of an operation; the server refuses a longer one before it is read whole.</summary>
internal sealed record BodyLimit(long SizeBytesMax) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => SizeBytesMax;
}
