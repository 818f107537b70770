using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Postgres;

/// <summary>Migrations, and who may do what.</summary>
[NeedsServer]
public sealed class PostgresSchemaTests : IDisposable
{
    private readonly PostgresFixture _fixture = new();

    [StoreTheory]
    [InlineData("update entry set body = '\\x00'")]
    [InlineData("update entry_00 set body = '\\x00'")]
    [InlineData("delete from entry")]
    [InlineData("delete from entry_07")]
    [InlineData("truncate entry")]
    [InlineData("truncate entry_15")]
    [InlineData("drop table entry")]
    [InlineData("alter table entry disable trigger all")]
    [InlineData("delete from chain")]
    [InlineData("truncate chain")]
    [InlineData("update chain set key = 'other'")]
    [InlineData("update chain set kind = 7")]
    [InlineData("update ledger set base = 0")]
    [InlineData("delete from migration")]
    [InlineData("update secret set wrapped = '\\x00'")]
    [InlineData("delete from secret")]
    [InlineData("create table exchange.mine (id int)")]
    public async Task A_writer_cannot_undo_what_is_recorded(string statement)
    {
        await _fixture.Ledger.AppendAsync(Part(Acme, Genesis(Acme), 1), default);

        Refused(PrivateServer.Writer, statement);
    }

    [StoreTheory]
    [InlineData("insert into chain values (1, 0, 1, 'a', '\\x00')")]
    [InlineData("insert into entry values (1, 0, 1, gen_random_uuid(), '\\x00')")]
    [InlineData("update chain set head_index = 0")]
    [InlineData("delete from entry")]
    [InlineData("truncate snapshot")]
    [InlineData("insert into lease values ('a', 'b', 1, now())")]
    [InlineData("select * from secret")]
    [InlineData("select nextval('chain_block')")]
    [InlineData("select settle_base()")]
    public void A_reader_writes_nothing(string statement)
    {
        _ = _fixture.Store;

        Refused(PrivateServer.Reader, statement);
        Assert.Equal(0L, _fixture.Ask(PrivateServer.Reader, "select count(*) from entry"));
    }

    [StoreFact]
    public async Task Nodes_that_start_together_migrate_once()
    {
        using var empty = new PostgresFixture(isEmpty: true);
        var options = Enumerable.Range(0, 4).Select(_ => empty.NewOptions()).ToList();

        var stores = await Task.WhenAll(options.Select(each => Task.Run(() => PostgresFixture.Open(each))));

        Assert.All(stores, store => Assert.Null(store.Obstacle));
        Assert.Equal((long)SqlText.Postgres.Migrations.Length, empty.Ask("select count(*) from migration"));
        Assert.All(stores, store => store.Dispose());
    }

    [StoreFact]
    public void Migrations_are_applied_once()
    {
        _ = _fixture.Store;
        var applied = _fixture.Ask("select string_agg(applied_at::text, ' ' order by number) from migration");
        _fixture.Reopen();
        _ = _fixture.Store;

        Assert.Equal(
            applied, _fixture.Ask("select string_agg(applied_at::text, ' ' order by number) from migration"));
    }

    [StoreFact]
    public void A_newer_schema_is_refused()
    {
        _ = _fixture.Store;
        _fixture.Reopen();
        Apply(9999, needs: 9999);

        foreach (var options in new[] { _fixture.Options, _fixture.Options with { OwnerConnection = null } })
        {
            var refusal = Assert.Throws<StoreRefusedException>(() => PostgresFixture.Open(options));
            Assert.Contains("newer version", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("found 9999", refusal.Message, StringComparison.Ordinal);
        }
    }

    [StoreFact]
    public async Task A_newer_schema_that_admits_this_version_is_used()
    {
        _ = _fixture.Store;
        _fixture.Reopen();
        Apply(9999, needs: SqlText.Postgres.Migrations[^1].Number);

        foreach (var options in new[] { _fixture.Options, _fixture.Options with { OwnerConnection = null } })
        {
            using var store = PostgresFixture.Open(options);
            _ = Assert.IsType<StoreCondition.Good>(await store.Health.CheckAsync(default));
        }
    }

    [StoreFact]
    public async Task A_node_is_not_ready_once_the_tables_need_a_newer_version()
    {
        var health = _fixture.Store.Health;
        Apply(9998, needs: SqlText.Postgres.Migrations[^1].Number);
        var admitted = await health.CheckAsync(default);

        Apply(9999, needs: 9999);

        _ = Assert.IsType<StoreCondition.Good>(admitted);
        Assert.Equal(
            new StoreCondition.Refused(StoreRefusal.SchemaNotCurrent), await health.CheckAsync(default));
    }

    [StoreFact]
    public void An_altered_migration_is_refused()
    {
        _ = _fixture.Store;
        _fixture.Reopen();
        _ = _fixture.Ask("update migration set sha256 = sha256('other') where number = 1");

        foreach (var options in new[] { _fixture.Options, _fixture.Options with { OwnerConnection = null } })
        {
            var refusal = Assert.Throws<StoreRefusedException>(() => PostgresFixture.Open(options));
            Assert.Contains("another script 0001_ledger", refusal.Message, StringComparison.Ordinal);
        }
    }

    [StoreFact]
    public void An_old_schema_is_refused_without_its_owner()
    {
        using var empty = new PostgresFixture(isEmpty: true);
        var options = empty.Options with { OwnerConnection = null };

        var refusal = Assert.Throws<StoreRefusedException>(() => PostgresFixture.Open(options));

        Assert.Contains("older version", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(PostgresOptions.OwnerVariable, refusal.Message, StringComparison.Ordinal);
    }

    [StoreFact]
    public void Every_constraint_has_a_name_of_ours()
    {
        _ = _fixture.Store;

        Assert.Equal("", _fixture.Ask(
            """
            select coalesce(string_agg(conrelid::regclass || '.' || conname, ', '), '')
            from pg_constraint
            where connamespace = 'exchange'::regnamespace and conname !~ '^(pk|uq|ck|fk)_'
            """));
    }

    public void Dispose() => _fixture.Dispose();

    // As a later version of the program would.
    private void Apply(int number, int needs) => _ = _fixture.Ask(
        $"insert into migration values ({number}, 'later', sha256('later'), {needs})");

    private void Refused(string role, string statement)
    {
        var refusal = Assert.Throws<PostgresException>(() => _fixture.Ask(role, statement));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }
}
