namespace Exchange.Benchmarks.Silos;

/// <summary>The state of a household in Orleans' own way: its consents.</summary>
[GenerateSerializer]
[Alias("bench.consents")]
internal sealed class KeptConsents
{
    [Id(0)]
    public List<KeptConsent> Consents { get; set; } = [];
}
