using System.Diagnostics;
using Exchange.Grains.Exchanges;
using Exchange.Grains.Facts;

namespace Exchange.Grains.Households;

/// <summary>The rules of the kind household; what is decided stands in the two deciders.</summary>
public sealed class HouseholdRules : GrainRules<HouseholdState, HouseholdCommand, HouseholdEvent>
{
    public static readonly HouseholdRules Instance = new();

    private HouseholdRules()
    {
    }

    public override GrainKind Kind => GrainKind.Household;

    /// <summary>2 keeps whole what ended.</summary>
    public override int StateVersion => 2;

    public override GrainState Initial => HouseholdState.Initial;

    protected override ImmutableArray<FactQuestion> Questions(ChainId chain, Actor actor, HouseholdCommand command) =>
    [
        .. AboutActor(actor, command),
        .. command is GrantConsent grant ? AboutTerms(grant.Terms) : [],
    ];

    protected override Decision Decide(
        HouseholdState state, HouseholdCommand command, CommandEnvelope envelope, UnixMilliseconds time)
    {
        var on = new HouseholdCase(state, envelope, time);
        return command switch
        {
            RegisterHousehold c => MemberDecider.Register(on, c),
            CorrectHousehold c => MemberDecider.Correct(on, c),
            AddMember c => MemberDecider.Add(on, c),
            CorrectMember c => MemberDecider.Correct(on, c),
            RemoveMember c => MemberDecider.Remove(on, c),
            GrantConsent c => ConsentDecider.Grant(on, c),
            ConfirmConsent c => ConsentDecider.Confirm(on, c),
            NarrowConsent c => ConsentDecider.Narrow(on, c),
            WithdrawConsent c => ConsentDecider.Withdraw(on, c),
            InvalidateConsent c => ConsentDecider.Invalidate(on, c),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name} on a household."),
        };
    }

    protected override HouseholdState Apply(HouseholdState state, HouseholdEvent @event, EntryPlace place) =>
        HouseholdFold.Apply(state, @event, place);

    protected override ImmutableArray<RowChange> Rows(
        HouseholdState before, HouseholdState after, ImmutableArray<Event> events, EntryPlace place) =>
        HouseholdRowChanges.Of(before, after, events, place);

    private static ImmutableArray<FactQuestion> AboutActor(Actor actor, HouseholdCommand command) => command switch
    {
        _ when actor.IsOfficer() => [OfficerAuthority.QuestionOf(actor)],
        RegisterHousehold c => [new DepartmentQuestion(new(GrainKind.Department, c.Department))],
        _ => [],
    };

    private static ImmutableArray<FactQuestion> AboutTerms(ConsentTerms terms)
    {
        var (notice, recipient) = (terms.Notice, terms.Recipient);
        FactQuestion? aboutRecipient = recipient.Kind switch
        {
            GrainKind.Buyer => new BuyerQuestion(recipient, terms.Purposes),
            GrainKind.Department => new DepartmentQuestion(recipient),
            _ => null,
        };
        ImmutableArray<FactQuestion> others =
        [
            new NoticeQuestion(new(GrainKind.Notice, notice.Notice), notice.Version, notice.Language),
            new DatasetQuestion(new(GrainKind.Dataset, terms.Dataset), terms.Columns),
        ];
        return aboutRecipient is null ? others : others.Insert(1, aboutRecipient);
    }
}
