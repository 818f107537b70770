namespace Exchange.Chaos.Syncs;

/// <summary>A fact about a traced program: skipped with the reason where tracing is not possible.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TracedFactAttribute : FactAttribute
{
    public TracedFactAttribute() => Skip = Tracing.ReasonToSkip;
}
