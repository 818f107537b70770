using System.Text.Json;
using Exchange.Engine.Pipeline;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Exchange.Api.Http;

/// <summary>Turns what was thrown, and what routing or the server answers without words, into problems.</summary>
internal sealed class Faults(RequestDelegate next, ILogger<Faults> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            await ExplainStatusAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
            Log.CallerLeft(logger, http.TraceIdentifier);
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            await ProblemOf(bad).ExecuteAsync(http);
        }
        catch (StoreUnavailableException broken) when (!http.Response.HasStarted)
        {
            Log.StoreUnavailable(logger, broken, http.TraceIdentifier);
            await Problems.Later(Fault.StoreUnavailable, TimeSpan.FromSeconds(1)).ExecuteAsync(http);
        }
        catch (ChainBrokenException broken) when (!http.Response.HasStarted)
        {
            Log.ChainBroken(logger, broken, http.TraceIdentifier);
            await Problems.Of(UnavailableReason.ChainBroken, GrainContext.RetryBroken).ExecuteAsync(http);
        }
        // Boundary: the last one before the server; the caller gets a problem and the operator the exception.
        catch (Exception unexpected) when (!http.Response.HasStarted)
        {
            Log.RequestFailed(logger, unexpected, http.TraceIdentifier);
            http.Response.Clear();
            await Problems.Of(Fault.InternalError).ExecuteAsync(http);
        }
    }

    private static ProblemAnswer ProblemOf(BadHttpRequestException bad) => bad switch
    {
        BadInputException input => Problems.Of(input.Fault, input.Errors),
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.Of(Fault.BodyTooLarge),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => Problems.Of(Fault.UnsupportedMediaType),
        { StatusCode: StatusCodes.Status408RequestTimeout } => Problems.Of(Fault.RequestTimeout),
        { InnerException: BadHttpRequestException inner } => ProblemOf(inner),
        { InnerException: JsonException json } => Problems.Of(Fault.InputInvalid, JsonFault.Of(json)),
        _ => Problems.Of(Fault.InputInvalid, new ProblemError("", "The request does not have the expected form.")),
    };

    private static Task ExplainStatusAsync(HttpContext http)
    {
        if (http.Response.HasStarted || http.Response.ContentType is not null || http.Response.ContentLength > 0
            || http.Features.Get<IHttpResponseBodyFeature>() is null)
        {
            return Task.CompletedTask;
        }

        Fault? fault = http.Response.StatusCode switch
        {
            StatusCodes.Status400BadRequest => Fault.InputInvalid,
            StatusCodes.Status404NotFound => Fault.NotFound,
            StatusCodes.Status405MethodNotAllowed => Fault.MethodNotAllowed,
            StatusCodes.Status413PayloadTooLarge => Fault.BodyTooLarge,
            StatusCodes.Status415UnsupportedMediaType => Fault.UnsupportedMediaType,
            _ => null,
        };
        return fault is { } known ? Problems.Of(known).ExecuteAsync(http) : Task.CompletedTask;
    }
}
