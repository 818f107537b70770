namespace Exchange.Api.Http;

/// <summary>Status and sentence of each fault.</summary>
internal readonly record struct FaultText(int Status, string Detail, bool Retryable)
{
    internal static FaultText Of(Fault fault) => fault switch
    {
        Fault.InputInvalid => new(400, "Correct what the errors name and send it again.", false),
        Fault.TokenInvalid => new(401, "Send a bearer token of this exchange that has not expired or ended.", false),
        Fault.RoleNotAllowed => new(403, "Your role may not do this; x-roles in /openapi/v1.json says who may.", false),
        Fault.NotPermitted => new(403, "This belongs to another party.", false),
        Fault.NotFound => new(404, "There is nothing here that you may see.", false),
        Fault.MethodNotAllowed => new(405, "Use a method that the Allow header names.", false),
        Fault.NotAcceptable => new(406, "Accept a media type that the operation produces.", false),
        Fault.RequestTimeout => new(408, "Send the body faster; a retry with the same key is safe.", true),
        Fault.UnsupportedMediaType => new(415, "Send application/json, or text/csv as content.", false),
        Fault.BodyTooLarge => new(413, "Send less at once.", false),
        Fault.IdempotencyKeyMissing => new(400, "Send an Idempotency-Key header with a UUID of your own.", false),
        Fault.CaseNumberMissing => new(400, "Send a Case-Number header: this reads histories of households.", false),
        Fault.NotSettled => new(409, "Ask for an earlier moment, or ask again in a moment.", true),
        Fault.ContentInvalid => new(422, "Correct the rows that the errors name; nothing was kept.", false),
        Fault.DeliveryInProgress => new(409, "It is being read, or another node started it: ask that one.", true),
        Fault.DeliveryEnded => new(409, "The delivery has ended; start another one.", false),
        Fault.DeliveryNoLongerLawful => new(410, "What the delivery rested on has changed; nothing was sent.", false),
        Fault.EvidenceNotReady => new(409, "It is not ready yet; ask for its status.", true),
        Fault.EvidenceFailed => new(410, "It could not be made; start another one.", false),
        Fault.TooManyRequests => new(429, "Wait as Retry-After says; a retry with the same key is safe.", true),
        Fault.OutcomeUnknown => new(503, "It may have been done; a retry with the same key tells.", true),
        Fault.Overloaded => new(503, "Wait as Retry-After says; a retry with the same key is safe.", true),
        Fault.ClockBehind => new(503, "The clocks do not agree; a retry with the same key is safe.", true),
        Fault.StoreUnavailable => new(503, "The store cannot be asked; a retry with the same key is safe.", true),
        Fault.ChainBroken => new(503, "A chain does not verify and takes nothing more; tell the operator.", false),
        Fault.ShuttingDown => new(503, "The node is stopping; a retry with the same key is safe.", true),
        _ => new(500, "The node failed; tell the operator the request's id.", true),
    };
}
