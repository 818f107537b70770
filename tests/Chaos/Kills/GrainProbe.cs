using System.Text.Json.Nodes;

namespace Exchange.Chaos.Kills;

/// <summary>
/// A command that a grain refuses as long as it is what it was: to say so the grain must be awake, and its chain does
/// not grow.
/// </summary>
/// <param name="Grain">A name of the grain, for the report.</param>
public sealed record GrainProbe(string Grain, HttpMethod Method, string Token, string Path, JsonObject Body);
