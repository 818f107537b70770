namespace Exchange.Api.Http;

/// <summary>
/// What the API itself answers no to, before or beside the rules. The name of each is its problem type.
/// </summary>
public enum Fault
{
    InputInvalid = 1,
    TokenInvalid = 2,
    RoleNotAllowed = 3,
    NotFound = 4,
    MethodNotAllowed = 5,
    NotAcceptable = 6,
    UnsupportedMediaType = 7,
    BodyTooLarge = 8,
    IdempotencyKeyMissing = 9,
    CaseNumberMissing = 10,
    NotSettled = 11,
    ContentInvalid = 12,
    DeliveryInProgress = 13,
    DeliveryEnded = 14,
    DeliveryNoLongerLawful = 15,
    EvidenceNotReady = 16,
    EvidenceFailed = 17,
    TooManyRequests = 18,
    OutcomeUnknown = 19,
    Overloaded = 20,
    ClockBehind = 21,
    StoreUnavailable = 22,
    ChainBroken = 23,
    ShuttingDown = 24,
    InternalError = 25,
    NotPermitted = 26,
    RequestTimeout = 27,
}
