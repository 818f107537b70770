namespace Exchange.Api.Parsing;

/// <summary>Lets a path match only where its part is a grain's key: anything else is not found.</summary>
internal sealed class KeyConstraint : IRouteConstraint
{
    internal const string Name = "key";

    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values,
        RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && GrainKey.TryParse(value as string ?? value?.ToString(), out _);
}
