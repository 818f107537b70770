using System.Text.Json;

namespace Exchange.Api.Http;

/// <summary>Makes problems: of faults of the input, of refusals, of a store that is not there.</summary>
internal static class Problems
{
    internal const string MediaType = "application/problem+json";

    internal static ProblemAnswer Of(Fault fault, params IReadOnlyList<ProblemError> errors)
    {
        var text = FaultText.Of(fault);
        return new(BodyOf(NameOf(fault), text.Status, text.Detail, text.Retryable, errors), RetryAfter: null);
    }

    internal static ProblemAnswer Of(Refusal refusal)
    {
        var text = RefusalText.Of(refusal);
        var body = BodyOf(text.Name, text.Status, text.Advice, text.Retryable, []);
        return new(body with { Refusal = (int)refusal }, RetryAfter: null);
    }

    internal static ProblemAnswer Of(UnavailableReason reason, TimeSpan retryAfter) => Later(reason switch
    {
        UnavailableReason.Overloaded => Fault.Overloaded,
        UnavailableReason.ClockBehind => Fault.ClockBehind,
        UnavailableReason.StoreUnavailable => Fault.StoreUnavailable,
        UnavailableReason.ChainBroken => Fault.ChainBroken,
        _ => Fault.ShuttingDown,
    }, retryAfter);

    internal static ProblemAnswer Later(Fault fault, TimeSpan retryAfter) => Of(fault) with
    {
        RetryAfter = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds)),
    };

    /// <summary>The problem of an outcome that is no acceptance.</summary>
    internal static ProblemAnswer Of(SubmitOutcome outcome) => outcome switch
    {
        SubmitOutcome.Refused refused => Of(refused.Reason),
        SubmitOutcome.Unavailable unavailable => Of(unavailable.Reason, unavailable.RetryAfter),
        SubmitOutcome.Unknown => Later(Fault.OutcomeUnknown, TimeSpan.FromSeconds(1)),
        _ => throw new ArgumentException($"{outcome.GetType().Name} is no problem.", nameof(outcome)),
    };

    internal static string NameOf<TEnum>(TEnum value)
        where TEnum : struct, Enum
        => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static ProblemBody BodyOf(
        string name, int status, string detail, bool retryable, IReadOnlyList<ProblemError> errors)
    {
        var words = name.Replace('-', ' ');
        return new(
            $"/problems/{name}", string.Concat(char.ToUpperInvariant(words[0]).ToString(), words.AsSpan(1)), status,
            detail, name, Refusal: null, retryable, RequestId: null, errors.Count == 0 ? null : errors);
    }
}

/// <summary>A problem as the answer to a request.</summary>
internal sealed record ProblemAnswer(ProblemBody Body, int? RetryAfter) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Body.Status;
        if (RetryAfter is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter =
                seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return httpContext.Response.WriteAsJsonAsync(
            Body with { RequestId = httpContext.TraceIdentifier }, ApiJson.Options, Problems.MediaType,
            httpContext.RequestAborted);
    }
}
