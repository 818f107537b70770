using System.Globalization;
using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Store.Tests.Postgres.ProviderSession.Parameter;

namespace Exchange.Store.Tests.Postgres;

/// <summary>The statements of states, called as Orleans' provider of grain storage calls them.</summary>
[NeedsServer]
public sealed class OrleansStateTests : IDisposable
{
    private static readonly Grain Job = new(Hash: -5, High: 0, Low: 0, Text: "due-work");

    private readonly PostgresFixture _fixture = new();
    private readonly ProviderSession _session;

    public OrleansStateTests() => _session = new(_fixture.Connection(PrivateServer.Writer));

    [StoreFact]
    public async Task A_state_is_added_once_and_read_as_it_was_written()
    {
        Assert.Empty(await ReadAsync(Job));
        var version = Assert.Single(await WriteAsync(Job, version: null, 1, 2));

        Assert.Empty(await WriteAsync(Job, version: null, 3));

        Equal(version, [1, 2], await ReadAsync(Job));
    }

    [StoreFact]
    public async Task A_state_is_changed_at_its_version_alone()
    {
        var first = Assert.Single(await WriteAsync(Job, version: null, 1));
        var second = Assert.Single(await WriteAsync(Job, first, 2));

        Assert.NotEqual(first, second);
        Assert.Empty(await WriteAsync(Job, first, 3));
        Assert.Empty(await WriteAsync(Job, second + 1, 3));
        Assert.Empty(await WriteAsync(Job with { Text = "other" }, second, 3));
        Equal(second, [2], await ReadAsync(Job));
        Assert.Empty(await ReadAsync(Job with { Text = "other" }));
    }

    [StoreFact]
    public async Task A_state_is_cleared_at_its_version_and_goes_on_from_there()
    {
        var first = Assert.Single(await WriteAsync(Job, version: null, 1));

        Assert.Empty(await EndAsync("ClearStorageKey", Job, first + 1));
        Assert.Empty(await EndAsync("ClearStorageKey", Job, version: null));
        var cleared = Assert.Single(await EndAsync("ClearStorageKey", Job, first));

        Assert.NotEqual(first, cleared);
        Equal(cleared, payload: null, await ReadAsync(Job));
        Assert.Empty(await EndAsync("ClearStorageKey", Job, first));
        Assert.Empty(await WriteAsync(Job, first, 2));
        Assert.Empty(await WriteAsync(Job, version: null, 2));
        Assert.Single(await WriteAsync(Job, cleared, 2));
    }

    [StoreFact]
    public async Task A_state_is_deleted_at_its_version_and_the_next_is_another()
    {
        var first = Assert.Single(await WriteAsync(Job, version: null, 1));

        Assert.Empty(await EndAsync("DeleteStorageKey", Job, first + 1));
        Assert.Empty(await EndAsync("DeleteStorageKey", Job, version: null));
        Assert.NotEqual(first, Assert.Single(await EndAsync("DeleteStorageKey", Job, first)));
        Assert.Empty(await ReadAsync(Job));
        Assert.Empty(await EndAsync("DeleteStorageKey", Job, first));
        Assert.Empty(await WriteAsync(Job, first, 2));

        var anew = Assert.Single(await WriteAsync(Job, version: null, 2));
        Assert.NotEqual(first, anew);
        Assert.Empty(await WriteAsync(Job, first, 3));
    }

    [StoreFact]
    public async Task Keys_of_every_form_are_told_apart()
    {
        Grain[] grains =
        [
            Job,
            Job with { Type = "other" },
            Job with { Service = "other" },
            Job with { Text = null },
            Job with { Text = "" },
            Job with { High = 1 },
            Job with { Low = long.MinValue },
            Job with { Hash = 6 },
        ];

        foreach (var (number, grain) in grains.Index())
        {
            Assert.Single(await WriteAsync(grain, version: null, (byte)number));
        }

        foreach (var (number, grain) in grains.Index())
        {
            Assert.Empty(await WriteAsync(grain, version: null, 99));
            Assert.Equal<byte[]?>([(byte)number], Assert.Single(await ReadAsync(grain)).Payload);
        }
    }

    [StoreTheory]
    [InlineData("due-work")]
    [InlineData(null)]
    public async Task Of_two_that_meet_the_second_writes_nothing(string? text)
    {
        var grain = Job with { Text = text };
        Assert.Empty(await _session.MeetAsync(
            first => WriteAsync(grain, version: null, first, 1),
            second => WriteAsync(grain, version: null, second, 2)));
        var version = Assert.Single(await ReadAsync(grain)).Version;

        Assert.Empty(await _session.MeetAsync(
            first => WriteAsync(grain, version, first, 3), second => WriteAsync(grain, version, second, 4)));

        var found = Assert.Single(await ReadAsync(grain));
        Assert.Equal<byte[]?>([3], found.Payload);
        Assert.Empty(await _session.MeetAsync(
            first => EndAsync("ClearStorageKey", grain, found.Version, first),
            second => WriteAsync(grain, found.Version, second, 5)));
        Assert.Null(Assert.Single(await ReadAsync(grain)).Payload);
    }

    public void Dispose()
    {
        _session.Dispose();
        _fixture.Dispose();
    }

    private static void Equal(int version, byte[]? payload, List<(int Version, byte[]? Payload)> found)
    {
        Assert.Equal(version, Assert.Single(found).Version);
        Assert.Equal(payload, found[0].Payload);
    }

    private static ProviderSession.Parameter[] Key(Grain grain) =>
    [
        Of("GrainIdHash", grain.Hash), Of("GrainIdN0", grain.High), Of("GrainIdN1", grain.Low),
        Of("GrainTypeHash", 17), Of("GrainTypeString", grain.Type), Of("GrainIdExtensionString", grain.Text),
        Of("ServiceId", grain.Service),
    ];

    private Task<List<(int Version, byte[]? Payload)>> ReadAsync(Grain grain) => _session.ReadAsync(
        "ReadFromStorageKey", row => (row.GetInt32(row.GetOrdinal("Version")), row["PayloadBinary"] as byte[]),
        Key(grain));

    private async Task<List<int>> WriteAsync(Grain grain, int? version, params byte[] payload)
    {
        await using var session = _session.Open();
        return await WriteAsync(grain, version, session, payload);
    }

    private Task<List<int>> WriteAsync(Grain grain, int? version, NpgsqlConnection session, params byte[] payload) =>
        _session.ReadAsync(
            session, "WriteToStorageKey", row => row.GetInt32(row.GetOrdinal("NewGrainStateVersion")),
            [.. Key(grain), Of("GrainStateVersion", version), Of("PayloadBinary", payload)]);

    private async Task<List<int>> EndAsync(
        string key, Grain grain, int? version, NpgsqlConnection? session = null)
    {
        await using var own = session is null ? _session.Open() : null;
        return await _session.ReadAsync(
            session ?? own!, key,
            row => Convert.ToInt32(row.GetValue(0), CultureInfo.InvariantCulture),
            [.. Key(grain), Of("GrainStateVersion", version)]);
    }

    private sealed record Grain(
        int Hash, long High, long Low, string? Text, string Type = "jobs", string Service = "exchange");
}
