using System.Diagnostics;
using System.Runtime.Versioning;
using Exchange.Store.Sqlite;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Sqlite;

/// <summary>What only a store in a directory can get wrong.</summary>
public sealed class SqliteStoreTests : IDisposable
{
    private static readonly ChainId One = Household(1);

    private readonly SqliteFixture _fixture = new();

    [Fact]
    public void A_newer_schema_is_refused()
    {
        Close();
        Alter("insert into migration (number, name, sha256) values (9999, 'later', zeroblob(32))");

        var refusal = Assert.Throws<StoreRefusedException>(Open);

        Assert.Contains("newer version", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("found 9999", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_altered_migration_is_refused()
    {
        Close();
        Alter("update migration set sha256 = zeroblob(32) where number = 1");

        var refusal = Assert.Throws<StoreRefusedException>(Open);

        Assert.Contains("0001_initial", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"found {new string('0', 64)}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_of_another_program_is_refused()
    {
        Alter("create table notes (text text)");

        Assert.Contains(
            "another program", Assert.Throws<StoreRefusedException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        File.WriteAllText(Path.Combine(_fixture.Directory, SqliteOptions.FileName), new string('x', 5000));

        Assert.Throws<StoreRefusedException>(Open);
    }

    [Fact]
    public void A_second_opener_is_told_who_has_it()
    {
        _ = _fixture.Store;

        var refusal = Assert.Throws<StoreRefusedException>(Open);

        Assert.Contains($"pid {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_process_finds_the_directory_locked()
    {
        _ = _fixture.Store;
        using var other = Process.Start(new ProcessStartInfo("flock")
        {
            ArgumentList = { "-n", Path.Combine(_fixture.Directory, DirectoryLock.LockFile), "true" },
        })!;

        other.WaitForExit();

        Assert.Equal(1, other.ExitCode);
    }

    [Fact]
    public async Task Secrets_are_read_beside_a_running_node_and_without_one()
    {
        await _fixture.Secrets.GetOrAddAsync("key", new byte[] { 5 }, default);

        var beside = SqliteSecretReader.FindMany(_fixture.Directory, ["key", "none"]);
        Close();
        var alone = SqliteSecretReader.FindMany(_fixture.Directory, ["key"]);

        Assert.Equal([5], beside[0]!.Value.ToArray());
        Assert.Null(beside[1]);
        Assert.Equal([5], alone[0]!.Value.ToArray());
        Assert.Throws<StoreRefusedException>(() => SqliteSecretReader.FindMany(Path.GetTempPath(), ["key"]));
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_refused()
    {
        var file = Path.Combine(_fixture.Directory, "file");
        File.WriteAllText(file, "");

        Assert.Throws<StoreRefusedException>(
            () => SqliteFixture.Open(new SqliteOptions { Directory = Path.Combine(file, "below") }));
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_refused()
    {
        // Root may write everywhere but where the system forbids it to everybody.
        var directory = Environment.IsPrivilegedProcess ? "/proc/exchange" : "/exchange";

        Assert.Throws<StoreRefusedException>(() => SqliteFixture.Open(new SqliteOptions { Directory = directory }));
    }

    [Fact]
    public async Task A_full_disk_stores_nothing_and_the_store_goes_on()
    {
        var store = SqliteFixture.Open(new SqliteOptions { Directory = _fixture.Directory, PagesMax = 120 });
        _fixture.Use(store);
        var large = new byte[100_000];
        var first = Part(One, Genesis(One), 1);
        await store.Ledger.AppendAsync(first, default);

        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (var n = 2; n < 20; n++)
            {
                await store.Snapshots.WriteAsync(new(Household(n), Genesis(One), new(1), 1, large), default);
            }
        });
        var outcomes = await Task.WhenAll(Enumerable.Range(100, 50).Select(async n => await store.Ledger.AppendAsync(
            Part(Household(n), Genesis(Household(n)), [.. Enumerable.Range(0, 100)]), default)));

        Assert.Contains(AppendOutcome.Unavailable, outcomes);
        Assert.All(outcomes, outcome => Assert.Contains(
            outcome, new[] { AppendOutcome.Stored, AppendOutcome.Unavailable }));
        Assert.False(store.Failed.IsCompleted);
        Close();
        Assert.Equal(HeadOf(first), (await _fixture.Ledger.ReadHeadsAsync([One], default))[0]);
        foreach (var (outcome, n) in outcomes.Zip(Enumerable.Range(100, 50)))
        {
            var head = (await _fixture.Ledger.ReadHeadsAsync([Household(n)], default))[0];
            Assert.Equal(outcome == AppendOutcome.Stored, head is not null);
        }

        Assert.Equal(AppendOutcome.Stored, await _fixture.Ledger.AppendAsync(Part(One, HeadOf(first), 2), default));
    }

    [Fact]
    public async Task A_store_that_failed_refuses_everything_and_says_so()
    {
        _ = await _fixture.Ledger.ReadHeadsAsync([One], default);
        _fixture.BreakNextCommit(isStored: false);
        Assert.Equal(
            AppendOutcome.Unknown, await _fixture.Ledger.AppendAsync(Part(One, Genesis(One), 1), default));

        var reason = await _fixture.Store.Failed;
        var later = await _fixture.Ledger.AppendAsync(Part(One, Genesis(One), 2), default);

        Assert.Contains("sync", reason.Message, StringComparison.Ordinal);
        Assert.Equal(AppendOutcome.Unavailable, later);
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await _fixture.Ledger.ReadHeadsAsync([One], default));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await _fixture.Rows.ReadRowsOfAsync(One, default));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await _fixture.Secrets.GetOrAddAsync("a", new byte[] { 1 }, default));
    }

    [Fact]
    public async Task A_closed_store_answers_that_it_is_unavailable()
    {
        var store = _fixture.Store;
        Close();

        Assert.Equal(
            AppendOutcome.Unavailable, await store.Ledger.AppendAsync(Part(One, Genesis(One), 1), default));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await store.Ledger.ReadHeadsAsync([One], default));
    }

    [Fact]
    public async Task A_full_queue_answers_at_once()
    {
        var store = SqliteFixture.Open(
            new SqliteOptions { Directory = _fixture.Directory, WaitingSizeBytesMax = 10 });
        _fixture.Use(store);

        Assert.Equal(
            AppendOutcome.Overloaded, await store.Ledger.AppendAsync(Part(One, Genesis(One), 1), default));
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_copy_without_closing()
    {
        var part = Part(One, Genesis(One), 1, 2);
        await _fixture.Ledger.AppendAsync(part, default);
        using var copy = new SqliteFixture();
        foreach (var path in Directory.EnumerateFiles(_fixture.Directory, SqliteOptions.FileName + "*"))
        {
            // The index in shared memory is what a crash loses.
            if (!path.EndsWith("-shm", StringComparison.Ordinal))
            {
                File.Copy(path, Path.Combine(copy.Directory, Path.GetFileName(path)));
            }
        }

        Assert.Equal(HeadOf(part), (await copy.Ledger.ReadHeadsAsync([One], default))[0]);
    }

    [Fact]
    public async Task A_part_that_cannot_be_written_harms_nobody_else()
    {
        // The tables take no chain without a kind.
        var nameless = new ChainId(GrainKind.None, Key(1));
        var bad = Part(nameless, Genesis(One), 1);
        var parts = Enumerable.Range(2, 20).Select(n => Part(Household(n), Genesis(Household(n)), 1)).ToList();

        var failing = _fixture.Ledger.AppendAsync(bad, default).AsTask();
        var outcomes = await Task.WhenAll(
            parts.Select(async part => await _fixture.Ledger.AppendAsync(part, default)));

        await Assert.ThrowsAnyAsync<Exception>(() => failing);
        Assert.All(outcomes, outcome => Assert.Equal(AppendOutcome.Stored, outcome));
        Assert.Null((await _fixture.Ledger.ReadHeadsAsync([nameless], default))[0]);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Files_are_readable_by_their_owner_alone()
    {
        _ = _fixture.Store;

        Assert.All(Directory.EnumerateFiles(_fixture.Directory, "*.db*"), path => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
    }

    public void Dispose() => _fixture.Dispose();

    private SqliteStore Open() => SqliteFixture.Open(new SqliteOptions { Directory = _fixture.Directory });

    private void Close()
    {
        _ = _fixture.Store;
        _fixture.Reopen();
    }

    private void Alter(string statement)
    {
        using var connection = SqliteConnection.Open(
            Path.Combine(_fixture.Directory, SqliteOptions.FileName), mayCreate: true);
        connection.RunScript(statement);
    }
}
