using System.Data.Common;
using System.Globalization;
using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Store.Tests.Postgres.ProviderSession.Parameter;

namespace Exchange.Store.Tests.Postgres;

/// <summary>The statements of members, called as Orleans' provider of clustering calls them.</summary>
[NeedsServer]
public sealed class OrleansMembershipTests : IDisposable
{
    private const string Cluster = "exchange";
    private const int Joining = 2;
    private const int Active = 3;
    private const int Dead = 6;

    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);

    private readonly PostgresFixture _fixture = new();
    private readonly ProviderSession _session;

    public OrleansMembershipTests() => _session = new(_fixture.Connection(PrivateServer.Writer));

    [StoreFact]
    public async Task A_cluster_begins_once_and_empty()
    {
        Assert.True(await BeginAsync());
        Assert.False(await BeginAsync());
        Assert.True(await BeginAsync(cluster: "other"));

        Assert.Equal((0, null), Assert.Single(await ReadAllAsync()));
    }

    [StoreFact]
    public async Task A_member_is_added_at_the_version_that_was_seen_and_raises_it()
    {
        await BeginAsync();
        var silo = Silo(1);

        Assert.True(await InsertAsync(silo, version: 0));

        Assert.Equal((1, silo), Assert.Single(await ReadAllAsync()));
        Assert.Equal((1, silo), Assert.Single(await ReadAsync(silo)));
        Assert.Equal((1, null), Assert.Single(await ReadAsync(Silo(2))));
    }

    [StoreTheory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_member_is_not_added_at_another_version(int version)
    {
        await BeginAsync();
        await InsertAsync(Silo(1), version: 0);

        Assert.False(await InsertAsync(Silo(2), version));

        Assert.Equal((1, Silo(1)), Assert.Single(await ReadAllAsync()));
    }

    [StoreFact]
    public async Task A_member_is_not_added_twice()
    {
        await BeginAsync();
        await InsertAsync(Silo(1), version: 0);

        Assert.False(await InsertAsync(Silo(1) with { Status = Active }, version: 1));

        Assert.Equal((1, Silo(1)), Assert.Single(await ReadAllAsync()));
    }

    [StoreFact]
    public async Task Nothing_is_added_to_a_cluster_that_did_not_begin()
    {
        Assert.False(await InsertAsync(Silo(1), version: 0));

        Assert.Empty(await ReadAllAsync());
    }

    [StoreFact]
    public async Task A_member_is_changed_at_the_version_that_was_seen_and_raises_it()
    {
        await BeginAsync();
        await InsertAsync(Silo(1), version: 0);
        await InsertAsync(Silo(2), version: 1);
        var changed = Silo(1) with { Status = Dead, SuspectTimes = "127.0.0.1:2@2,then", AliveAt = Start.AddHours(1) };

        Assert.True(await UpdateAsync(changed with { Name = "not this", ProxyPort = 9 }, version: 2));

        Assert.Equal([(3, changed), (3, Silo(2))], await ReadAllAsync());
        Assert.True(await UpdateAsync(changed with { SuspectTimes = null }, version: 3));
        Assert.Equal((4, changed with { SuspectTimes = null }), (await ReadAllAsync())[0]);
    }

    [StoreTheory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_member_is_not_changed_at_another_version(int version)
    {
        await BeginAsync();
        await InsertAsync(Silo(1), version: 0);

        Assert.False(await UpdateAsync(Silo(1) with { Status = Active }, version));

        Assert.Equal((1, Silo(1)), Assert.Single(await ReadAllAsync()));
    }

    [StoreFact]
    public async Task A_member_that_is_not_there_is_not_changed_and_raises_nothing()
    {
        await BeginAsync();
        await BeginAsync(cluster: "other");
        await InsertAsync(Silo(1), version: 0);

        Assert.False(await UpdateAsync(Silo(2), version: 1));
        Assert.False(await UpdateAsync(Silo(1), version: 0, cluster: "other"));
        Assert.False(await UpdateAsync(Silo(1) with { Generation = 7 }, version: 1));

        Assert.Equal((1, Silo(1)), Assert.Single(await ReadAllAsync()));
    }

    [StoreFact]
    public async Task Of_two_changes_that_meet_the_second_fails()
    {
        await BeginAsync();
        await InsertAsync(Silo(1), version: 0);
        await InsertAsync(Silo(2), version: 1);

        Assert.False(await _session.MeetAsync(
            first => UpdateAsync(Silo(1) with { Status = Active }, version: 2, session: first),
            second => UpdateAsync(Silo(2) with { Status = Active }, version: 2, session: second)));
        Assert.False(await _session.MeetAsync(
            first => InsertAsync(Silo(3), version: 3, first), second => InsertAsync(Silo(4), version: 3, second)));
        Assert.False(await _session.MeetAsync(
            first => InsertAsync(Silo(4), version: 4, first), second => InsertAsync(Silo(4), version: 4, second)));

        Assert.Equal(
            [(5, Silo(1) with { Status = Active }), (5, Silo(2)), (5, Silo(3)), (5, Silo(4))], await ReadAllAsync());
    }

    [StoreFact]
    public async Task Of_many_changes_at_one_version_one_wins()
    {
        await BeginAsync();
        for (var version = 0; version < 10; version++)
        {
            var inserted = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(n => InsertAsync(Silo((version * 10) + n + 1), version)));

            Assert.Single(inserted, isDone => isDone);
        }

        Assert.Equal(10, (await ReadAllAsync()).Count);
        Assert.All(await ReadAllAsync(), each => Assert.Equal(10, each.Version));
    }

    [StoreFact]
    public async Task A_sign_of_life_changes_no_version_and_keeps_no_change_out()
    {
        await BeginAsync();
        await InsertAsync(Silo(1), version: 0);

        await SignOfLifeAsync(Silo(1) with { AliveAt = Start.AddMinutes(1) });
        await SignOfLifeAsync(Silo(2));
        Assert.Equal((1, Silo(1) with { AliveAt = Start.AddMinutes(1) }), Assert.Single(await ReadAllAsync()));

        var active = Silo(1) with { Status = Active, AliveAt = Start.AddMinutes(3) };
        Assert.True(await _session.MeetAsync(
            first => SignOfLifeAsync(Silo(1) with { AliveAt = Start.AddMinutes(2) }, first),
            second => UpdateAsync(active, version: 1, session: second)));
        Assert.Equal((2, active), Assert.Single(await ReadAllAsync()));
    }

    [StoreFact]
    public async Task Gateways_are_members_of_a_status_with_a_port_for_clients()
    {
        await BeginAsync();
        await InsertAsync(Silo(1) with { Status = Active }, version: 0);
        await InsertAsync(Silo(2) with { Status = Active, ProxyPort = 0 }, version: 1);
        await InsertAsync(Silo(3), version: 2);

        var gateways = await _session.ReadAsync(
            "GatewaysQueryKey",
            row => (
                (string)row["Address"], row.GetInt32(row.GetOrdinal("ProxyPort")),
                row.GetInt32(row.GetOrdinal("Generation"))),
            Of("DeploymentId", Cluster), Of("Status", Active));

        Assert.Equal(("127.0.0.1", 30001, 1), Assert.Single(gateways));
    }

    [StoreFact]
    public async Task Silent_members_are_cleared_unless_they_are_active_or_began_since()
    {
        await BeginAsync();
        var silent = Silo(1) with { Status = Dead };
        var active = Silo(2) with { Status = Active };
        var recent = Silo(3) with { Status = Dead, AliveAt = Start.AddHours(2) };
        var begun = Silo(4) with { StartTime = Start.AddHours(2) };
        foreach (var (version, each) in new[] { silent, active, recent, begun }.Index())
        {
            Assert.True(await InsertAsync(each, version));
        }

        await _session.ExecuteAsync(
            "CleanupDefunctSiloEntriesKey", Of("DeploymentId", Cluster), Of("IAmAliveTime", Start.AddHours(1)));

        Assert.Equal([(4, active), (4, recent), (4, begun)], await ReadAllAsync());
    }

    [StoreFact]
    public async Task A_member_that_is_cleared_meanwhile_is_not_changed_and_raises_nothing()
    {
        await BeginAsync();
        await InsertAsync(Silo(1), version: 0);

        Assert.False(await _session.MeetAsync(
            first => _session.ReadAsync(
                first, "CleanupDefunctSiloEntriesKey", _ => true,
                Of("DeploymentId", Cluster), Of("IAmAliveTime", Start.AddHours(1))),
            second => UpdateAsync(Silo(1) with { Status = Active }, version: 1, session: second)));

        Assert.Equal((1, null), Assert.Single(await ReadAllAsync()));
    }

    [StoreFact]
    public async Task A_cluster_is_deleted_with_its_members_and_no_other()
    {
        await BeginAsync();
        await BeginAsync(cluster: "other");
        await InsertAsync(Silo(1), version: 0);

        await _session.ExecuteAsync("DeleteMembershipTableEntriesKey", Of("DeploymentId", "other"));
        Assert.Single(await ReadAllAsync());
        await _session.ExecuteAsync("DeleteMembershipTableEntriesKey", Of("DeploymentId", Cluster));

        Assert.Empty(await ReadAllAsync());
        Assert.Equal(0L, _fixture.Ask("select count(*) from orleans_member"));
    }

    public void Dispose()
    {
        _session.Dispose();
        _fixture.Dispose();
    }

    private static Member Silo(int number) => new(
        "127.0.0.1", 11000 + number, number, $"silo{number}", "host", Joining, 30000 + number, null, Start,
        Start.AddSeconds(number));

    private static (int Version, Member? Member) Read(DbDataReader row)
    {
        var version = Convert.ToInt32(row["Version"], CultureInfo.InvariantCulture);
        if (row.IsDBNull(row.GetOrdinal("StartTime")))
        {
            return (version, null);
        }

        return (version, new(
            (string)row["Address"], row.GetInt32(row.GetOrdinal("Port")), row.GetInt32(row.GetOrdinal("Generation")),
            (string)row["SiloName"], (string)row["HostName"], row.GetInt32(row.GetOrdinal("Status")),
            row.GetInt32(row.GetOrdinal("ProxyPort")), row["SuspectTimes"] as string,
            row.GetDateTime(row.GetOrdinal("StartTime")), row.GetDateTime(row.GetOrdinal("IAmAliveTime"))));
    }

    private Task<bool> BeginAsync(string cluster = Cluster) =>
        _session.IsDoneAsync(connection: null, "InsertMembershipVersionKey", Of("DeploymentId", cluster));

    private Task<bool> InsertAsync(Member member, int version, NpgsqlConnection? session = null) =>
        _session.IsDoneAsync(
            session, "InsertMembershipKey", Of("DeploymentId", Cluster), Of("IAmAliveTime", member.AliveAt),
            Of("SiloName", member.Name), Of("HostName", member.Host), Of("Address", member.Address),
            Of("Port", member.Port), Of("Generation", member.Generation), Of("StartTime", member.StartTime),
            Of("Status", member.Status), Of("ProxyPort", member.ProxyPort), Of("Version", version));

    private Task<bool> UpdateAsync(
        Member member, int version, string cluster = Cluster, NpgsqlConnection? session = null) =>
        _session.IsDoneAsync(
            session, "UpdateMembershipKey", Of("DeploymentId", cluster), Of("Address", member.Address),
            Of("Port", member.Port), Of("Generation", member.Generation), Of("IAmAliveTime", member.AliveAt),
            Of("Status", member.Status), Of("SuspectTimes", member.SuspectTimes), Of("Version", version));

    private async Task SignOfLifeAsync(Member member, NpgsqlConnection? session = null)
    {
        await using var own = session is null ? _session.Open() : null;
        _ = await _session.ReadAsync(
            session ?? own!, "UpdateIAmAlivetimeKey", _ => true, Of("DeploymentId", Cluster),
            Of("Address", member.Address), Of("Port", member.Port), Of("Generation", member.Generation),
            Of("IAmAliveTime", member.AliveAt));
    }

    private async Task<List<(int Version, Member? Member)>> ReadAllAsync() =>
    [
        .. (await _session.ReadAsync("MembershipReadAllKey", Read, Of("DeploymentId", Cluster)))
            .OrderBy(each => each.Member?.Port),
    ];

    private Task<List<(int Version, Member? Member)>> ReadAsync(Member member) => _session.ReadAsync(
        "MembershipReadRowKey", Read, Of("DeploymentId", Cluster), Of("Address", member.Address),
        Of("Port", member.Port), Of("Generation", member.Generation));

    private sealed record Member(
        string Address, int Port, int Generation, string Name, string Host, int Status, int ProxyPort,
        string? SuspectTimes, DateTime StartTime, DateTime AliveAt);
}
