namespace Exchange.Benchmarks.Silos;

/// <summary>A consent with the terms that ours has.</summary>
[GenerateSerializer]
[Immutable]
[Alias("bench.consent")]
internal sealed record KeptConsent
{
    [Id(0)]
    public required Guid Id { get; init; }

    [Id(1)]
    public required string Recipient { get; init; }

    [Id(2)]
    public required string Dataset { get; init; }

    [Id(3)]
    public required string[] Columns { get; init; }

    [Id(4)]
    public required string[] Purposes { get; init; }

    [Id(5)]
    public required int[] Methods { get; init; }

    [Id(6)]
    public required long From { get; init; }

    [Id(7)]
    public required long Until { get; init; }

    [Id(8)]
    public required int RetentionDays { get; init; }

    [Id(9)]
    public required int Basis { get; init; }

    [Id(10)]
    public required string Notice { get; init; }

    [Id(11)]
    public required int NoticeVersion { get; init; }

    [Id(12)]
    public required byte[] NoticeDigest { get; init; }

    [Id(13)]
    public long GivenAt { get; init; }
}
