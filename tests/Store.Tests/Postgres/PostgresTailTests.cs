using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Postgres;

/// <summary>All entries in the order in which they were committed, out of a database that is shared.</summary>
[NeedsServer]
public sealed class PostgresTailTests : IDisposable
{
    private static readonly ChainId One = Household(1);
    private static readonly ChainId Two = Household(2);

    private readonly PostgresFixture _fixture = new();

    [StoreFact]
    public async Task Entries_that_come_late_are_never_skipped_in_the_tail()
    {
        var first = Part(One, Genesis(One), 1);
        await _fixture.Ledger.AppendAsync(first, default);
        await using var source = NpgsqlDataSource.Create(_fixture.Connection(PrivateServer.Superuser));
        await using var connection = await source.OpenConnectionAsync();
        await using var slow = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(
            """
            insert into entry (chain_id, idx, position, command_name, body)
            select chain_id, 77, (base + pg_current_xact_id()::text::bigint) * 8192 + 1, gen_random_uuid(), '\x00'
            from chain, ledger
            """,
            connection))
        {
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        await _fixture.Ledger.AppendAsync(Part(Two, Genesis(Two), 2), default);
        var before = await PostgresFixture.TailAsync(_fixture.Store, EntryPosition.BeforeFirst, count: 1);
        await slow.CommitAsync();
        var after = await PostgresFixture.TailAsync(_fixture.Store, before[^1].Position, count: 2);

        Assert.Equal([(One, 0L)], before.Select(entry => (entry.Chain, entry.Index.Value)));
        Assert.Equal([(One, 77L), (Two, 0L)], after.Select(entry => (entry.Chain, entry.Index.Value)));
    }

    public void Dispose() => _fixture.Dispose();
}
