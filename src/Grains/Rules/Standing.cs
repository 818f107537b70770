namespace Exchange.Grains.Rules;

/// <summary>As whom an actor comes; what a role may do stands in the rules of each kind.</summary>
internal static class Standing
{
    /// <summary>Whether the actor is this party itself, with the party's own token.</summary>
    internal static bool IsParty(this Actor actor, ChainId party) =>
        actor.Id == party && actor.Role == RoleOf(party.Kind);

    internal static bool IsOperator(this Actor actor) =>
        actor.Role == Role.Operator && actor.Id.Kind == GrainKind.Operator;

    /// <summary>Whether the actor is the process of one agreement; no token can carry it.</summary>
    internal static bool IsProcessOf(this Actor actor, GrainKey agreement) =>
        actor.Role == Role.Process && actor.Id == new ChainId(GrainKind.Process, agreement);

    internal static bool IsSystem(this Actor actor) =>
        actor.Role == Role.System && actor.Id.Kind == GrainKind.System;

    private static Role RoleOf(GrainKind kind) => kind switch
    {
        GrainKind.Department => Role.Department,
        GrainKind.Household => Role.Household,
        GrainKind.Buyer => Role.Buyer,
        GrainKind.Regulator => Role.Regulator,
        _ => Role.None,
    };
}
