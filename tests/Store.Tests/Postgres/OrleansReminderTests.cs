using System.Data.Common;
using System.Globalization;
using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Store.Tests.Postgres.ProviderSession.Parameter;

namespace Exchange.Store.Tests.Postgres;

/// <summary>The statements of reminders, called as Orleans' provider of reminders calls them.</summary>
[NeedsServer]
public sealed class OrleansReminderTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly PostgresFixture _fixture = new();
    private readonly ProviderSession _session;

    public OrleansReminderTests() => _session = new(_fixture.Connection(PrivateServer.Writer));

    [StoreFact]
    public async Task A_reminder_is_read_as_it_was_written()
    {
        var version = await UpsertAsync("job/a", "due");
        await UpsertAsync("job/a", "log");
        await UpsertAsync("job/b", "due");
        await UpsertAsync("job/a", "due", service: "other");

        var expected = new Reminder("job/a", "due", Start, Hour, version);
        Assert.Equal(expected, Assert.Single(await ReadAsync("job/a", "due")));
        Assert.Equal(["due", "log"], (await ReadAsync("job/a")).Select(each => each.Name));
        Assert.Empty(await ReadAsync("job/c", "due"));
        Assert.Empty(await ReadAsync("job/c"));
    }

    [StoreFact]
    public async Task A_reminder_that_is_written_again_has_another_version()
    {
        var first = await UpsertAsync("job/a", "due");
        var month = TimeSpan.FromDays(31);

        var second = await UpsertAsync("job/a", "due", period: month, start: Start.AddDays(1));

        Assert.NotEqual(first, second);
        Assert.Equal(
            new("job/a", "due", Start.AddDays(1), month, second), Assert.Single(await ReadAsync("job/a")));
    }

    [StoreFact]
    public async Task A_reminder_is_deleted_at_its_version_alone()
    {
        var first = await UpsertAsync("job/a", "due");
        var second = await UpsertAsync("job/a", "due");

        Assert.False(await DeleteAsync("job/a", "due", first));
        Assert.False(await DeleteAsync("job/a", "log", second));
        Assert.False(await DeleteAsync("job/b", "due", second));
        Assert.Single(await ReadAsync("job/a"));
        Assert.True(await DeleteAsync("job/a", "due", second));
        Assert.False(await DeleteAsync("job/a", "due", second));

        Assert.Empty(await ReadAsync("job/a"));
    }

    [StoreFact]
    public async Task A_reminder_that_was_made_anew_is_not_taken_for_the_old_one()
    {
        var old = await UpsertAsync("job/a", "due");
        await DeleteAsync("job/a", "due", old);

        var anew = await UpsertAsync("job/a", "due");

        Assert.NotEqual(old, anew);
        Assert.False(await DeleteAsync("job/a", "due", old));
        Assert.True(await DeleteAsync("job/a", "due", anew));
    }

    [StoreFact]
    public async Task A_deletion_that_meets_a_change_fails()
    {
        var version = await UpsertAsync("job/a", "due");

        Assert.False(await _session.MeetAsync(
            first => UpsertAsync("job/a", "due", session: first),
            second => DeleteAsync("job/a", "due", version, second)));

        Assert.Single(await ReadAsync("job/a"));
    }

    [StoreFact]
    public async Task Of_two_that_write_one_reminder_the_later_stays()
    {
        var later = await _session.MeetAsync(
            first => UpsertAsync("job/a", "due", session: first),
            second => UpsertAsync("job/a", "due", start: Start.AddDays(2), session: second));

        Assert.Equal(
            new("job/a", "due", Start.AddDays(2), Hour, later), Assert.Single(await ReadAsync("job/a")));
    }

    [StoreTheory]
    [InlineData(0u, 10u)]
    [InlineData(10u, 0x7fffffffu)]
    [InlineData(0x7fffffffu, 0x80000000u)]
    [InlineData(0x7ffffff0u, 0x80000010u)]
    [InlineData(0x80000000u, 0xffffffffu)]
    [InlineData(0xffffffffu, 0u)]
    [InlineData(0xfffffff0u, 10u)]
    [InlineData(11u, 10u)]
    [InlineData(10u, 10u)]
    [InlineData(0u, 0u)]
    [InlineData(0x80000000u, 0x80000000u)]
    public async Task A_range_of_hashes_begins_behind_its_first_and_goes_around(uint begin, uint end)
    {
        uint[] hashes =
        [
            0, 1, 9, 10, 11, 0x7ffffff0, 0x7ffffff1, 0x7fffffff, 0x80000000, 0x80000010, 0x80000011, 0xfffffff0,
            0xfffffff1, 0xffffffff,
        ];
        foreach (var hash in hashes)
        {
            await UpsertAsync($"job/{hash}", "due", hash);
            await UpsertAsync($"job/{hash}", "due", hash, service: "other");
        }

        var found = await ReadRangeAsync(begin, end);

        var expected = hashes.Where(hash => begin == end || unchecked(hash - begin - 1) < unchecked(end - begin));
        Assert.Equal(
            expected.Select(hash => $"job/{hash}").Order(StringComparer.Ordinal),
            found.Select(each => each.Grain).Order(StringComparer.Ordinal));
    }

    [StoreFact]
    public async Task Reminders_of_a_service_are_deleted_and_of_no_other()
    {
        await UpsertAsync("job/a", "due");
        await UpsertAsync("job/a", "due", service: "other");

        await _session.ExecuteAsync("DeleteReminderRowsKey", Of("ServiceId", "other"));

        Assert.Single(await ReadAsync("job/a"));
        Assert.Equal(1L, _fixture.Ask("select count(*) from orleans_reminder"));
    }

    public void Dispose()
    {
        _session.Dispose();
        _fixture.Dispose();
    }

    private static Reminder Read(DbDataReader row) => new(
        (string)row["GrainId"], (string)row["ReminderName"], row.GetDateTime(row.GetOrdinal("StartTime")),
        TimeSpan.FromMilliseconds(row.GetInt64(row.GetOrdinal("Period"))), Version(row));

    private static int Version(DbDataReader row) =>
        Convert.ToInt32(row["Version"], CultureInfo.InvariantCulture);

    private async Task<int> UpsertAsync(
        string grain, string name, uint hash = 7, string service = "exchange", TimeSpan? period = null,
        DateTime? start = null, NpgsqlConnection? session = null)
    {
        await using var own = session is null ? _session.Open() : null;
        var milliseconds = (long)(period ?? Hour).TotalMilliseconds;
        var versions = await _session.ReadAsync(
            session ?? own!, "UpsertReminderRowKey", Version, Of("ServiceId", service),
            Of("GrainHash", unchecked((int)hash)), Of("GrainId", grain), Of("ReminderName", name),
            Of("StartTime", start ?? Start),
            milliseconds <= int.MaxValue ? Of("Period", (int)milliseconds) : Of("Period", milliseconds));
        return Assert.Single(versions);
    }

    private Task<bool> DeleteAsync(string grain, string name, int version, NpgsqlConnection? session = null) =>
        _session.IsDoneAsync(
            session, "DeleteReminderRowKey", Of("ServiceId", "exchange"), Of("GrainId", grain),
            Of("ReminderName", name), Of("Version", version));

    private Task<List<Reminder>> ReadAsync(string grain, string name) => _session.ReadAsync(
        "ReadReminderRowKey", Read, Of("ServiceId", "exchange"), Of("GrainId", grain), Of("ReminderName", name));

    private async Task<IEnumerable<Reminder>> ReadAsync(string grain) =>
        (await _session.ReadAsync("ReadReminderRowsKey", Read, Of("ServiceId", "exchange"), Of("GrainId", grain)))
            .OrderBy(each => each.Name, StringComparer.Ordinal);

    // The provider chooses the statement by comparing hashes with a sign.
    private Task<List<Reminder>> ReadRangeAsync(uint begin, uint end)
    {
        var (from, to) = (unchecked((int)begin), unchecked((int)end));
        return _session.ReadAsync(
            from < to ? "ReadRangeRows1Key" : "ReadRangeRows2Key", Read, Of("ServiceId", "exchange"),
            Of("BeginHash", from), Of("EndHash", to));
    }

    private sealed record Reminder(string Grain, string Name, DateTime Start, TimeSpan Period, int Version);
}
