using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Engine.Hosting;

// family: what an embedded exchange is made of

/// <summary>What an embedded exchange runs on.</summary>
/// <param name="Salt">The salt of each entry.</param>
/// <param name="TokenKey">The digest of the public key that signs tokens; stands in the genesis entry.</param>
public sealed record EmbeddedParts(
    ILedgerStore Ledger, ISnapshotStore Snapshots, SaltOf Salt, Digest TokenKey, TimeProvider Time)
{
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The rules of each kind; those of the catalogue unless a test has others.</summary>
    public Func<GrainKind, GrainRules?> Rules { get; init; } = GrainCatalog.Find;

    public EmbeddedLimits Limits { get; init; } = new();
}

/// <summary>The limits of an embedded exchange.</summary>
/// <param name="ResidentMax">Grains in memory before idle ones have to leave.</param>
/// <param name="InFlightMax">Commands under way before others are told to come back.</param>
/// <param name="SnapshotEvery">Entries of a chain between two snapshots.</param>
public sealed record EmbeddedLimits(
    int ResidentMax = EmbeddedLimits.ResidentMaxDefault, int InFlightMax = 65_536, int SnapshotEvery = 128)
{
    /// <summary>A few hundred MB of grains.</summary>
    public const int ResidentMaxDefault = 200_000;

    /// <summary>How often grains that nobody asked for leave memory.</summary>
    public static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(5);

    /// <summary>A grain nobody asked for during this time leaves memory with the sweep after it.</summary>
    public Func<GrainKind, TimeSpan> IdleAfter { get; init; } = IdleTimes.Of;
}
