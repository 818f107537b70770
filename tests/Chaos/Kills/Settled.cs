using Exchange.Chaos.Clients;

namespace Exchange.Chaos.Kills;

/// <summary>An answer that settles a command, and the node that gave it.</summary>
/// <param name="By">The number of the node among its clients.</param>
public sealed record Settled(Answer Answer, int By);
