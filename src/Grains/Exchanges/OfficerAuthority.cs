using Exchange.Grains.Facts;

namespace Exchange.Grains.Exchanges;

/// <summary>Whether an officer may act, judged at the entry's time. Guards in order, from knowing to reach.</summary>
internal static class OfficerAuthority
{
    /// <summary>
    /// An officer's token, which names the department it acts for; imports and processes are no officers.
    /// </summary>
    internal static bool IsOfficer(this Actor actor) => actor is
    {
        Role: Role.Officer, Id.Kind: GrainKind.Officer, OnBehalfOf.Kind: GrainKind.Department,
        Channel: Channel.Self or Channel.Officer or Channel.Paper,
    };

    /// <summary>What an officer lacks to act in a county; nothing where it lacks nothing.</summary>
    internal static Refusal? Lacks(
        OfficerFact? officer, Actor actor, Mandate needed, DivisionCode county, UnixMilliseconds time) =>
        officer switch
        {
            null => Refusal.OfficerUnknown,
            _ when officer.Department != actor.OnBehalfOf?.Key => Refusal.NotPermitted,
            { RevokedAt: not null } => Refusal.OfficerRevoked,
            _ when !officer.Term.Contains(time) => Refusal.MandateNotInForce,
            _ when officer.Mandate != needed && officer.Mandate != Mandate.RegisterAndRecord
                => Refusal.MandateInsufficient,
            _ when !officer.Division.Contains(county) => Refusal.OutsideDivision,
            _ => null,
        };

    /// <summary>The question that an officer's commands have to the exchange's own chain.</summary>
    internal static OfficerQuestion QuestionOf(Actor officer) => new(GrainCatalog.Self, officer.Id.Key);
}
