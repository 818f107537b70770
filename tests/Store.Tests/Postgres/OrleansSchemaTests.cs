using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Store.Tests.Postgres;

/// <summary>Which statements Orleans' providers find, and what roles may do with the tables behind them.</summary>
[NeedsServer]
public sealed class OrleansSchemaTests : IDisposable
{
    private readonly PostgresFixture _fixture = new();

    [StoreFact]
    public void Providers_find_every_statement_that_they_ask_for()
    {
        using var session = new ProviderSession(_fixture.Connection(PrivateServer.Writer));

        string[] expected =
        [
            "CleanupDefunctSiloEntriesKey", "ClearStorageKey", "DeleteMembershipTableEntriesKey",
            "DeleteReminderRowKey", "DeleteReminderRowsKey", "DeleteStorageKey", "GatewaysQueryKey",
            "InsertMembershipKey", "InsertMembershipVersionKey", "MembershipReadAllKey", "MembershipReadRowKey",
            "ReadFromStorageKey", "ReadRangeRows1Key", "ReadRangeRows2Key", "ReadReminderRowKey",
            "ReadReminderRowsKey", "UpdateIAmAlivetimeKey", "UpdateMembershipKey", "UpsertReminderRowKey",
            "WriteToStorageKey",
        ];
        Assert.Equal(expected, session.Texts.Keys.Order(StringComparer.Ordinal));
    }

    [StoreTheory]
    [InlineData(
        PrivateServer.Writer,
        """
        orleans_cluster DELETE,INSERT,SELECT,UPDATE(changed_at),UPDATE(version)
        orleans_member DELETE,INSERT,SELECT,UPDATE(alive_at),UPDATE(status),UPDATE(suspect_times)
        orleans_reminder DELETE,INSERT,SELECT,UPDATE(grain_hash),UPDATE(period),UPDATE(start_time),UPDATE(version)
        orleans_state DELETE,INSERT,SELECT,UPDATE(payload),UPDATE(version),UPDATE(written_at)
        orleans_version USAGE
        orleansquery SELECT
        """)]
    [InlineData(
        PrivateServer.Reader,
        """
        orleans_cluster SELECT
        orleans_member SELECT
        orleans_reminder SELECT
        orleans_state SELECT
        orleansquery SELECT
        """)]
    [InlineData("public", "")]
    public void Roles_have_the_rights_they_need_and_no_others(string role, string expected)
    {
        var found = _fixture.Ask(
            """
            with granted as (
              select c.relname, a.grantee, a.privilege_type as privilege, a.is_grantable
              from pg_class as c cross join aclexplode(c.relacl) as a
              union all
              select c.relname, a.grantee, format('%s(%s)', a.privilege_type, t.attname), a.is_grantable
              from pg_class as c
              join pg_attribute as t on t.attrelid = c.oid
              cross join aclexplode(t.attacl) as a),
            joined as (
              select relname, string_agg(privilege || case when is_grantable then '*' else '' end, ',' order by
                privilege collate "C") as privileges
              from granted
              where relname like 'orleans%'
                and case grantee when 0 then 'public' else grantee::regrole::text end =
            """ + $" '{role}' " +
            """
              group by relname)
            select coalesce(string_agg(relname || ' ' || privileges, chr(10) order by relname collate "C"), '')
            from joined
            """);

        Assert.Equal(expected.ReplaceLineEndings("\n"), found);
    }

    [StoreTheory]
    [InlineData(PrivateServer.Writer, "update orleansquery set querytext = ''")]
    [InlineData(PrivateServer.Writer, "insert into orleansquery values ('a', 'b')")]
    [InlineData(PrivateServer.Writer, "delete from orleansquery")]
    [InlineData(PrivateServer.Writer, "update orleans_cluster set cluster_id = 'other'")]
    [InlineData(PrivateServer.Writer, "update orleans_member set start_time = now()")]
    [InlineData(PrivateServer.Writer, "update orleans_state set key_text = 'other'")]
    [InlineData(PrivateServer.Writer, "truncate orleans_reminder")]
    [InlineData(PrivateServer.Writer, "select setval('orleans_version', 1)")]
    [InlineData(PrivateServer.Reader, "update orleans_cluster set version = 0")]
    [InlineData(PrivateServer.Reader, "delete from orleans_member")]
    [InlineData(PrivateServer.Reader, "delete from orleans_reminder")]
    [InlineData(PrivateServer.Reader, "delete from orleans_state")]
    [InlineData(PrivateServer.Reader, "select nextval('orleans_version')")]
    public void What_no_provider_does_is_refused(string role, string statement)
    {
        var refusal = Assert.Throws<PostgresException>(() => _fixture.Ask(role, statement));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [StoreFact]
    public void A_member_needs_its_cluster()
    {
        var refusal = Assert.Throws<PostgresException>(() => _fixture.Ask(
            PrivateServer.Writer,
            "insert into orleans_member values ('c', '::1', 1, 1, 's', 'h', 3, 1, null, now(), now())"));

        Assert.Equal("fk_orleans_member_cluster", refusal.ConstraintName);
    }

    public void Dispose() => _fixture.Dispose();
}
