namespace Exchange.Api.Http;

/// <summary>How a refusal is said over HTTP, where that differs from what the rules say of it.</summary>
internal static class RefusalAnswer
{
    /// <summary>409 may succeed later, 422 never as sent.</summary>
    internal static int StatusOf(Refusal refusal) => refusal switch
    {
        // To the caller it is the body that is too large, and a header that is missing.
        Refusal.CommandTooLarge or Refusal.EntryTooLarge => StatusCodes.Status413PayloadTooLarge,
        Refusal.CaseNumberMissing => StatusCodes.Status400BadRequest,
        _ => RefusalText.Of(refusal).Status,
    };
}
