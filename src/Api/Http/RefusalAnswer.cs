namespace Exchange.Api.Http;

/// <summary>How a refusal is said over HTTP: its name, its status and a sentence.</summary>
internal static class RefusalAnswer
{
    internal static string NameOf(Refusal refusal) => Problems.NameOf(refusal);

    /// <summary>409 may succeed later, 422 never as sent.</summary>
    internal static int StatusOf(Refusal refusal) => refusal switch
    {
        Refusal.NotPermitted => StatusCodes.Status403Forbidden,
        Refusal.HeadMoved => StatusCodes.Status412PreconditionFailed,
        Refusal.CommandTooLarge or Refusal.EntryTooLarge => StatusCodes.Status413PayloadTooLarge,
        Refusal.CaseNumberMissing => StatusCodes.Status400BadRequest,
        Refusal.GrainUnknown or Refusal.DepartmentUnknown or Refusal.HouseholdUnknown or Refusal.BuyerUnknown
            or Refusal.DatasetUnknown or Refusal.AgreementUnknown or Refusal.DeliveryUnknown
            or Refusal.RevisionUnknown or Refusal.OfferUnknown or Refusal.ConsentUnknown or Refusal.MemberUnknown
            or Refusal.OfficerUnknown or Refusal.NoticeUnknown or Refusal.IdentifierUnknown
            or Refusal.RecipientUnknown or Refusal.FactMissing
            or Refusal.MandateNotInForce or Refusal.BuyerNotApproved or Refusal.BuyerSuspended
            or Refusal.RevisionNotPublished or Refusal.OfferNotInForce or Refusal.AgreementNotFinalized
            or Refusal.AgreementNotInForce or Refusal.DeliveryInProgress or Refusal.NoRevisionPublished
            or Refusal.PaymentNotAvailable or Refusal.BasisNotAvailable or Refusal.DatasetNotTradeable
            or Refusal.DatasetIsCore or Refusal.SharingNotAllowed or Refusal.BuyerNotSuspended
            or Refusal.RegistrationNotParked => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    internal static string SentenceOf(Refusal refusal) =>
        $"The rules refused this: {NameOf(refusal).Replace('-', ' ')}. See docs/refusals.md.";
}
