using System.Collections.Frozen;
using System.Text;

namespace Exchange.Grains;

/// <summary>What the outside is told of a refusal. docs/refusals.md says more.</summary>
/// <param name="Name">The enum's name in lower case with hyphens: <c>consent-withdrawn</c>.</param>
/// <param name="Status">The status of HTTP: 409 may succeed later as sent, 422 never, 403 by nobody like this.</param>
/// <param name="Advice">One sentence that says what to do.</param>
public sealed record RefusalText(Refusal Refusal, string Name, int Status, string Advice)
{
    private const int BadRequest = 400;
    private const int Forbidden = 403;
    private const int Conflict = 409;
    private const int PreconditionFailed = 412;
    private const int TooLarge = 413;
    private const int Unprocessable = 422;

    private static readonly FrozenDictionary<Refusal, RefusalText> ByRefusal = new[]
    {
        Row(Refusal.CommandIdReused, Unprocessable, "Take a new id for another command."),
        Row(Refusal.CommandTooLarge, TooLarge, "Split the command, or name larger parts by their digest."),
        Row(Refusal.HeadMoved, PreconditionFailed, "Read the resource again and decide anew with its ETag."),
        Row(Refusal.NotPermitted, Forbidden, "Send it with the token of the party that may do this."),
        Row(Refusal.AlreadyExists, Conflict, "Take another id, or correct what is registered."),
        Row(Refusal.GrainUnknown, Conflict, "Create it first, then try again."),
        Row(Refusal.FactMissing, Conflict, "Try again; if it stays, the chain named does not exist yet."),
        Row(Refusal.NothingChanged, Unprocessable, "Send only what should change."),
        Row(Refusal.EntryTooLarge, TooLarge, "Split the command."),
        Row(
            Refusal.ExchangeAlreadyInitialised, Unprocessable,
            "Use the exchange as it is, or an empty data directory."),
        Row(Refusal.OfficerUnknown, Conflict, "Have the department appoint the officer first."),
        Row(Refusal.OfficerAlreadyAppointed, Unprocessable, "Take another name for the officer."),
        Row(Refusal.OfficerRevoked, Unprocessable, "Have the department appoint the person under a new name."),
        Row(Refusal.MandateNotInForce, Conflict, "Act within the term, or have the department appoint anew."),
        Row(Refusal.OutsideDivision, Unprocessable, "Have somebody act whose division contains it."),
        Row(Refusal.MandateInsufficient, Unprocessable, "Have an officer with that mandate act."),
        Row(Refusal.PeriodEmpty, Unprocessable, "Send an end after the beginning and after now."),
        Row(Refusal.DivisionUnknown, Unprocessable, "Use a listed code of two, four or six digits."),
        Row(Refusal.SuiteNotSupported, Unprocessable, "Initialise with suite 1."),
        Row(Refusal.TooManyOfficers, Unprocessable, "Ask the operator; names of officers are never freed."),
        Row(Refusal.DepartmentUnknown, Conflict, "Have the operator register the department first."),
        Row(Refusal.CreditCodeInvalid, Unprocessable, "Correct the code; its last character checks the others."),
        Row(Refusal.NoticeUnknown, Conflict, "Have the department publish it first, or name a published one."),
        Row(Refusal.NoticeVersionExists, Unprocessable, "Publish the text as a new version."),
        Row(Refusal.NoticeDigestDiffers, Unprocessable, "Show the person the published notice and send its digest."),
        Row(Refusal.IdentifierAlreadyLinked, Unprocessable, "Correct the link instead."),
        Row(Refusal.IdentifierUnknown, Conflict, "Link it first."),
        Row(Refusal.NoticeOfAnotherDepartment, Unprocessable, "Take another id for the notice."),
        Row(Refusal.TooManyNoticeVersions, Unprocessable, "Publish under a new notice id."),
        Row(Refusal.NoticeVersionInvalid, Unprocessable, "Send a version of 1 or more."),
        Row(Refusal.HouseholdUnknown, Conflict, "Register the household first."),
        Row(Refusal.CountyUnknown, Unprocessable, "Use the six digits of a listed county."),
        Row(Refusal.MemberUnknown, Conflict, "Add the member first, or name one that was entered."),
        Row(Refusal.MemberAlreadyExists, Unprocessable, "Correct the member instead, or take another id."),
        Row(Refusal.MemberHasLeft, Unprocessable, "Name a present member; who returns is added under a new id."),
        Row(Refusal.GuardianMissing, Unprocessable, "Name an adult member as guardian, or have the guardian consent."),
        Row(Refusal.TooManyMembers, Unprocessable, "Register a second household."),
        Row(Refusal.ConsentUnknown, Conflict, "Grant it first, or name one that exists."),
        Row(Refusal.ConsentAlreadyExists, Unprocessable, "Take another id."),
        Row(Refusal.ConsentWithdrawn, Unprocessable, "Ask the household for a new consent."),
        Row(Refusal.ConsentNotRecorded, Unprocessable, "Nothing needs to be done."),
        Row(Refusal.ConsentAlreadyGiven, Unprocessable, "Nothing needs to be done."),
        Row(Refusal.ConsentLapsed, Unprocessable, "Record a new consent."),
        Row(Refusal.ConsentExpired, Unprocessable, "Ask the household for a new consent."),
        Row(Refusal.ConfirmerIsRecorder, Conflict, "Have another person confirm it, or the household itself."),
        Row(Refusal.WitnessMissing, Unprocessable, "Send the witness."),
        Row(Refusal.ConsentOnlyNarrows, Unprocessable, "Grant a new consent that supersedes this one."),
        Row(Refusal.AdultNotCovered, Unprocessable, "Have every covered adult authorise it, or leave them out."),
        Row(
            Refusal.CapacityInvalid, Unprocessable,
            "Name an adult giver and the capacity that fits: self, guardian, authorised."),
        Row(Refusal.SignedBeforeWithdrawal, Unprocessable, "Ask the household to sign anew."),
        Row(Refusal.PurposeUnknown, Unprocessable, "Use listed purposes: `dpv:` or `gx:`."),
        Row(Refusal.ColumnsUnknown, Conflict, "Name declared columns, or have the department declare them first."),
        Row(Refusal.RecipientUnknown, Conflict, "Name a registered buyer or department."),
        Row(Refusal.ConsentInvalidated, Unprocessable, "Record a new consent."),
        Row(Refusal.SignedInFuture, Conflict, "Correct the time of signature."),
        Row(Refusal.TooManyConsents, Unprocessable, "Withdraw consents that are no longer wanted."),
        Row(Refusal.ConfirmationMeansReserved, Unprocessable, "Confirm by the household's token or a second officer."),
        Row(Refusal.ScanMissing, Unprocessable, "Scan the paper and send its digest."),
        Row(Refusal.BirthYearInvalid, Unprocessable, "Send the birth year of a minor."),
        Row(Refusal.RetentionInvalid, Unprocessable, "Send 0 to 36,500 days."),
        Row(Refusal.ConsentEmpty, Unprocessable, "Name at least one of each; to permit nothing, withdraw."),
        Row(Refusal.SignatureTimeMissing, Unprocessable, "Send the time of signature."),
        Row(Refusal.ConsentSuperseded, Unprocessable, "Act on the consent that superseded it."),
        Row(
            Refusal.WithdrawalScopeInvalid, Unprocessable,
            "Name the consent, or the recipient, or for everything neither."),
        Row(Refusal.BuyerUnknown, Conflict, "Register the buyer first."),
        Row(Refusal.BuyerAlreadyApproved, Unprocessable, "Nothing needs to be done."),
        Row(Refusal.BuyerNotApproved, Conflict, "Have the operator approve the buyer."),
        Row(Refusal.BuyerSuspended, Conflict, "Wait until the operator reinstates the buyer."),
        Row(Refusal.BuyerNotSuspended, Unprocessable, "Nothing needs to be done."),
        Row(Refusal.PurposeNotStated, Conflict, "Correct the buyer's purposes first."),
        Row(Refusal.DatasetUnknown, Conflict, "Have the department publish it first."),
        Row(Refusal.DatasetIsCore, Unprocessable, "Choose another dataset."),
        Row(Refusal.DatasetNotTradeable, Unprocessable, "Have the department reclassify it, if the law allows."),
        Row(Refusal.SubjectKeyMissing, Unprocessable, "Name the subject level, the key column and its scheme."),
        Row(Refusal.SubjectLevelInvalid, Unprocessable, "Make subject level, class and key column agree."),
        Row(Refusal.RevisionUnknown, Conflict, "Declare the revision first."),
        Row(Refusal.RevisionAlreadyExists, Unprocessable, "Take another id."),
        Row(Refusal.RevisionAlreadyPublished, Unprocessable, "Declare a new revision."),
        Row(Refusal.RevisionNotPublished, Conflict, "Put the content first."),
        Row(Refusal.RevisionRevoked, Unprocessable, "Choose another revision."),
        Row(Refusal.ColumnTypeChanged, Unprocessable, "Give the column its first type, or another name."),
        Row(Refusal.ColumnsRepeated, Unprocessable, "Name each column once."),
        Row(Refusal.OfferUnknown, Conflict, "Name an offer that exists."),
        Row(Refusal.OfferAlreadyExists, Unprocessable, "Take another id."),
        Row(Refusal.OfferRetired, Unprocessable, "Choose another offer."),
        Row(Refusal.ImpactAssessmentMissing, Unprocessable, "Send the assessment's reference and digest."),
        Row(Refusal.PaymentNotAvailable, Unprocessable, "Offer at a price of 0."),
        Row(Refusal.OfferNotInForce, Conflict, "Choose an offer whose period contains now."),
        Row(Refusal.SubjectKeyNotDeclared, Unprocessable, "Declare the key column as required text."),
        Row(Refusal.ContentNotMeasured, Conflict, "Put the content again."),
        Row(Refusal.SharingNotAllowed, Unprocessable, "Choose another basis or another dataset."),
        Row(Refusal.ColumnNameReserved, Unprocessable, "Take another name for the column."),
        Row(Refusal.AgreementUnknown, Conflict, "Request it first."),
        Row(Refusal.AgreementNotFinalized, Conflict, "Wait until it is finalized."),
        Row(Refusal.AgreementTerminated, Unprocessable, "Request a new agreement."),
        Row(Refusal.AgreementNotInForce, Conflict, "Act within the period, or request a new agreement."),
        Row(Refusal.OfferDigestDiffers, Unprocessable, "Read the offer again and send its digest."),
        Row(Refusal.PurposeNotOffered, Unprocessable, "Choose a purpose that the offer allows."),
        Row(Refusal.ColumnsNotOffered, Unprocessable, "Name columns that are offered and agreed."),
        Row(Refusal.PeriodNotOffered, Unprocessable, "Choose a period inside the offer's."),
        Row(Refusal.BasisNotAvailable, Unprocessable, "Name consent or open data as the basis."),
        Row(Refusal.DeliveryUnknown, Conflict, "Start the delivery first."),
        Row(Refusal.DeliveryInProgress, Conflict, "Wait for its end."),
        Row(Refusal.DeliveryEnded, Unprocessable, "Start a new delivery."),
        Row(Refusal.ColumnsMissing, Conflict, "Pin an earlier revision, or agree on fewer columns."),
        Row(Refusal.RegistrationStepUnknown, Unprocessable, "Name the licensor's or the licensee's step."),
        Row(Refusal.RegistrationNotParked, Unprocessable, "Nothing needs to be done."),
        Row(Refusal.RegistrationAlreadyClosed, Unprocessable, "Nothing needs to be done."),
        Row(Refusal.OpenDataNotOpen, Unprocessable, "Name consent as the basis."),
        Row(Refusal.NoRevisionPublished, Conflict, "Wait for the department to publish one."),
        Row(Refusal.LicensorDiffers, Unprocessable, "Name the department that owns the dataset."),
        Row(Refusal.CaseNumberMissing, BadRequest, "Send the case number."),
    }.ToFrozenDictionary(text => text.Refusal);

    /// <summary>Whether the same command may be accepted later.</summary>
    public bool Retryable => Status is Conflict or PreconditionFailed;

    /// <summary>All refusals in the order of their numbers.</summary>
    public static ImmutableArray<RefusalText> All { get; } = [.. ByRefusal.Values.OrderBy(text => text.Refusal)];

    /// <summary>The text of a refusal; a general one for a number that only a later release has.</summary>
    public static RefusalText Of(Refusal refusal) =>
        ByRefusal.GetValueOrDefault(refusal)
        ?? new(refusal, $"refusal-{(int)refusal}", Conflict, "Ask a node of the newer release.");

    private static RefusalText Row(Refusal refusal, int status, string advice) =>
        new(refusal, NameOf(refusal), status, advice);

    private static string NameOf(Refusal refusal)
    {
        var name = new StringBuilder();
        foreach (var letter in refusal.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0)
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }
}
