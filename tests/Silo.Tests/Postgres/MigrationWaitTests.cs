using Exchange.Silo.Tests.Programs;
using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Silo.Tests.Postgres.SharedDatabase;

namespace Exchange.Silo.Tests.Postgres;

/// <summary>A node that waits for another one's migration.</summary>
public sealed class MigrationWaitTests : IDisposable
{
    private const string LockOfMigrations = "select pg_advisory_xact_lock(1163412296)";

    private readonly WorkFolder _folder = new();

    [ServerFact]
    public async Task A_node_that_waits_for_a_migration_can_be_stopped()
    {
        using var server = PrivateServer.Start();
        using var other = Connect(server);
        using var migrating = other.BeginTransaction();
        using var held = new NpgsqlCommand(LockOfMigrations, other, migrating);
        _ = held.ExecuteScalar();
        await using var program = new SharedDatabase(_folder).Begin(server);
        await Waiting.UntilAsync(
            () => Task.FromResult(
                Ask(server, "select count(*) from pg_locks where locktype = 'advisory' and not granted") is 1L),
            () => $"a node that waits: {program.Errors}");

        var ended = await program.TerminateAsync();

        Assert.True(ended is { ExitCode: 1, Output: "" }, ended.ToString());
        Assert.Contains("Stopped before the end.", ended.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
