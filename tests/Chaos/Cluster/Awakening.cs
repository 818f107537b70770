namespace Exchange.Chaos.Cluster;

/// <summary>How long grains took to answer again, over several times.</summary>
public sealed record Awakening(int Count, TimeSpan Longest)
{
    public static readonly Awakening None = new(0, TimeSpan.Zero);

    public Awakening With(TimeSpan took) => new(Count + 1, took > Longest ? took : Longest);
}
