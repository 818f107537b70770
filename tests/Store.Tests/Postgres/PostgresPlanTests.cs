using System.Text.Json;
using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Postgres;

/// <summary>What is read by pages costs what a page costs, whatever lies before and behind it.</summary>
[NeedsServer]
public sealed class PostgresPlanTests : IDisposable
{
    private const int Partitions = 16;
    private const int ConsentCount = 100_000;

    private readonly PostgresFixture _fixture = new();

    [StoreFact]
    public async Task A_page_of_the_tail_reads_no_more_than_the_page()
    {
        const int PageCount = 100;
        await Task.WhenAll(Enumerable.Range(0, 400).Select(n => _fixture.Ledger.AppendAsync(
            Part(Household(n), Genesis(Household(n)), [.. Enumerable.Range(10 * n, 10)]), default).AsTask()));
        _ = _fixture.Ask("analyze entry, chain");

        // Other databases of the server may hold the page back for a moment.
        _ = await PostgresFixture.TailAsync(_fixture.Store, EntryPosition.BeforeFirst, PageCount);
        var plan = await ExplainAsync(
            SqlText.Postgres.Of("read_tail"),
            new NpgsqlParameter<long> { TypedValue = 0 }, new NpgsqlParameter<int> { TypedValue = PageCount });

        Assert.Equal(PageCount, Number(plan, "Actual Rows"));
        Assert.InRange(RowsRead(plan, "entry"), PageCount, PageCount + Partitions);
    }

    [StoreFact]
    public async Task A_later_page_of_the_consents_to_one_dataset_passes_over_no_others()
    {
        const int PageCount = 50;

        // Each partition is asked for its first, and sorted in groups of so many.
        const int Group = 33;
        FillConsents();

        var plan = await ExplainAsync(
            PostgresRows.Statement(RowTable.Consent, "list_by_first_column"),
            new NpgsqlParameter<short> { TypedValue = (short)GrainKind.Household },
            new NpgsqlParameter<byte[]> { TypedValue = [0x40] }, new NpgsqlParameter<byte[]> { TypedValue = [0x01] },
            new NpgsqlParameter<int> { TypedValue = PageCount }, new NpgsqlParameter<string> { TypedValue = "small" });

        Assert.Equal(PageCount, Number(plan, "Actual Rows"));
        Assert.InRange(RowsRead(plan, "consent_"), PageCount, PageCount + (Partitions * Group));
    }

    [StoreFact]
    public async Task The_server_knows_how_little_lies_between_two_chains()
    {
        FillConsents();

        var plan = await ExplainAsync(
            PostgresRows.Statement(RowTable.Consent, "of_range"),
            new NpgsqlParameter<short> { TypedValue = (short)GrainKind.Household },
            new NpgsqlParameter<byte[]> { TypedValue = [0x40] },
            new NpgsqlParameter<short> { TypedValue = (short)GrainKind.Household },
            new NpgsqlParameter<byte[]> { TypedValue = [0x41] });

        Assert.InRange(Number(plan, "Actual Rows"), 1, ConsentCount / 100);
        Assert.InRange(Number(plan, "Plan Rows"), 1, ConsentCount / 100);
    }

    public void Dispose() => _fixture.Dispose();

    // What the scans of a table's partitions give and pass over, together.
    private static long RowsRead(JsonElement node, string table) =>
        (node.TryGetProperty("Relation Name", out var relation)
            && relation.GetString()!.StartsWith(table, StringComparison.Ordinal)
                ? (Number(node, "Actual Rows") + Number(node, "Rows Removed by Filter")
                    + Number(node, "Rows Removed by Index Recheck")) * Number(node, "Actual Loops")
                : 0)
        + (node.TryGetProperty("Plans", out var plans)
            ? plans.EnumerateArray().Sum(each => RowsRead(each, table))
            : 0);

    private static long Number(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) ? (long)value.GetDecimal() : 0;

    // One in a hundred is to a dataset of few; keys are spread as derived ids are.
    private void FillConsents()
    {
        // The tables are made when the store is opened.
        Assert.Null(_fixture.Store.Obstacle);
        _ = _fixture.Ask(
            """
            insert into consent_dataset (dataset) values ('large'), ('small');
            insert into consent_terms (dataset_id, digest, recipient, body)
            select dataset_id, decode(md5(dataset), 'hex'), 'buyer/acme', '\x00' from consent_dataset
            """);
        _ = _fixture.Ask(
            $"""
            insert into consent (terms_id, dataset_id, kind, status, key, item, body)
            select t.terms_id, t.dataset_id, {(int)GrainKind.Household}, 1, decode(md5(n::text), 'hex'),
              decode(md5((-n)::text), 'hex'), '\x00'
            from generate_series(1, {ConsentCount}) as n
            join consent_dataset as d on d.dataset = case when n % 100 = 0 then 'small' else 'large' end
            join consent_terms as t on t.dataset_id = d.dataset_id
            """);
        _ = _fixture.Ask("analyze consent, consent_dataset, consent_terms");
    }

    private async Task<JsonElement> ExplainAsync(string statement, params NpgsqlParameter[] parameters)
    {
        await using var source = NpgsqlDataSource.Create(
            _fixture.Connection(PrivateServer.Superuser) + ";Pooling=false");
        await using var command = source.CreateCommand($"explain (analyze, timing off, format json) {statement}");
        command.Parameters.AddRange(parameters);
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync())!);
        return plan.RootElement[0].GetProperty("Plan").Clone();
    }
}
