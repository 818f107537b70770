namespace Exchange.Api.Http;

/// <summary>
/// The input is not what the operation takes; thrown while parameters are bound, as the framework does for its own.
/// </summary>
internal sealed class BadInputException(Fault fault, params IReadOnlyList<ProblemError> errors)
    : BadHttpRequestException(fault.ToString(), StatusCodes.Status400BadRequest)
{
    public Fault Fault { get; } = fault;

    public IReadOnlyList<ProblemError> Errors { get; } = errors;
}
