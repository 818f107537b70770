using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Households;
using Exchange.Store.Postgres;
using Npgsql;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests.Postgres;

/// <summary>What the rows of PostgreSQL can get wrong beside what every store of rows promises.</summary>
[NeedsServer]
public sealed class PostgresRowsTests : IDisposable
{
    private readonly PostgresFixture _fixture = new();
    private readonly PostgresRowWrites _writes = new();

    private IRowStore Rows => _fixture.Rows;

    [StoreFact]
    public async Task Of_several_changes_of_a_row_the_last_holds()
    {
        await WriteAsync(
            Upsert(Consent(1, "a")), Upsert(Consent(1, "b")), Delete(Consent(1, "a")),
            Upsert(Consent(1, "b", status: ConsentStatus.Withdrawn)), Delete(Consent(1, "c")),
            Upsert(Consent(1, "c")), Upsert(Buyer("acme", BuyerStatus.Approved)),
            Delete(Buyer("acme", BuyerStatus.Approved)), Upsert(Buyer("acme", BuyerStatus.Suspended)));

        Same(
            [Consent(1, "b", status: ConsentStatus.Withdrawn), Consent(1, "c")],
            await Rows.ReadRowsOfAsync(Household(1), default));
        Same([Buyer("acme", BuyerStatus.Suspended)], await Rows.ReadRowsOfAsync(Acme, default));
    }

    [StoreFact]
    public async Task Random_changes_leave_what_the_last_of_each_row_says()
    {
        var seed = Seeds.Next();
        var random = new Random(seed);
        var expected = new Dictionary<(RowTable, ChainId, string), Row>();
        for (var round = 0; round < 30; round++)
        {
            var changes = Enumerable.Range(0, random.Next(1, 60)).Select(_ => Change(random)).ToArray();

            await WriteAsync(changes);

            foreach (var change in changes)
            {
                _ = change switch
                {
                    RowChange.Upsert(var row) => (expected[(row.Table, row.Chain, row.Item)] = row) is not null,
                    RowChange.Delete(var table, var chain, var item) => expected.Remove((table, chain, item)),
                    _ => false,
                };
            }
        }

        foreach (var chain in expected.Values.Select(row => row.Chain).Distinct())
        {
            var rows = expected.Values.Where(row => row.Chain == chain).OrderBy(row => row.Table)
                .ThenBy(row => row.Item, StringComparer.Ordinal);
            Assert.True(
                Texts(rows).SequenceEqual(Texts(await Rows.ReadRowsOfAsync(chain, default))), $"seed={seed} {chain}");
            Assert.Empty(await MisfiledAsync(chain));
        }
    }

    [StoreFact]
    public async Task Terms_that_many_consents_share_are_kept_once()
    {
        await WriteAsync([.. Enumerable.Range(0, 40).Select(n => Upsert(Consent(n, "a")))]);
        _writes.Stored();
        await WriteAsync(Upsert(Consent(50, "a")), Upsert(Consent(51, "a", dataset: Key(9))));
        await Rows.ReplaceRowsAsync([new(Household(60), [Consent(60, "a")])], default);

        Assert.Equal(2L, _fixture.Ask("select count(*) from consent_terms"));
        Assert.Equal(43L, _fixture.Ask("select count(*) from consent"));
    }

    [StoreFact]
    public async Task Terms_of_a_transaction_that_was_undone_are_written_again()
    {
        await using (var connection = await _fixture.Store.Source.OpenConnectionAsync())
        {
            await using var undone = await connection.BeginTransactionAsync();
            await WriteAsync(connection, Upsert(Consent(1, "a")));
            await undone.RollbackAsync();
        }

        await WriteAsync(Upsert(Buyer("acme", BuyerStatus.Approved)));
        _writes.Stored();
        await WriteAsync(Upsert(Consent(1, "a")));

        Same([Consent(1, "a")], await Rows.ReadRowsOfAsync(Household(1), default));
    }

    [StoreFact]
    public async Task Writers_that_bring_the_same_new_terms_do_not_hinder_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var writes = new PostgresRowWrites();
            for (var n = 0; n < 20; n++)
            {
                await using var connection = await _fixture.Store.Source.OpenConnectionAsync();
                await using var batch = new NpgsqlBatch(connection);
                writes.AddTo(batch, Encode([.. Enumerable.Range(0, 5).Select(terms =>
                    Upsert(Consent(
                        (writer * 100) + n, $"c{terms}", dataset: Key((n * 5) + ((terms + writer) % 5)))))]));
                _ = await batch.ExecuteNonQueryAsync();
                writes.Stored();
            }
        })));

        Assert.Equal(100L, _fixture.Ask("select count(*) from consent_terms"));
        Assert.Equal(800L, _fixture.Ask("select count(*) from consent"));
    }

    [StoreFact]
    public async Task A_consent_is_kept_in_less_than_its_row()
    {
        var row = Consent(1, "a");
        var filled = new ConsentRow(row.Chain, row.Consent with
        {
            Id = Key(2), AuthorisedBy = [Key(3), Key(4)], EndedAt = new(5), Supersedes = Key(6), RecordedBy = null,
            Giver = null, Terms = row.Consent.Terms with { Members = [Key(1), Key(2)], RetentionDays = 36_500 },
        });

        await WriteAsync(Upsert(row), Upsert(filled));

        Same([row], [(await Rows.FindAsync(RowTable.Consent, Household(1), "a", default))!]);
        Same([filled], [(await Rows.FindAsync(RowTable.Consent, Household(1), Key(2).Value, default))!]);
        Assert.Equal(1L, _fixture.Ask("select count(*) from consent_terms"));
        var kept = (int)_fixture.Ask("select min(octet_length(body)) from consent")!;
        Assert.True(kept < RowBodies.Encode(row).Length / 2, $"kept {kept}");
    }

    [StoreFact]
    public async Task A_text_that_is_no_key_finds_nothing()
    {
        await WriteAsync(Upsert(Consent(1, "a")), Upsert(Consent(1, "b")));

        Assert.Null(await Rows.FindAsync(RowTable.Consent, Household(1), "no key", default));
        Assert.Empty(await Rows.ListAsync(
            new(RowTable.Consent, RowFilter.ByItem, [RowValue.Of("no key")]), null, 10, default));
        Assert.Empty(await Rows.ListAsync(
            new(RowTable.Consent, RowFilter.OfChain, [RowValue.Of(Household(1))]), new(Household(1), "~"), 10,
            default));
    }

    [StoreFact]
    public async Task A_row_that_was_filed_wrongly_is_reported()
    {
        await WriteAsync(
            Upsert(Consent(1, "a")), Upsert(Consent(1, "b", dataset: Key(9))), Upsert(Consent(1, "c")),
            Upsert(Identifier(1, 1)));
        _ = _fixture.Ask(
            PrivateServer.Superuser,
            "update consent set dataset_id = (select dataset_id from consent_dataset where dataset = 'relief');"
            + "update identifier set household = 'other'");

        var found = await MisfiledAsync(Household(1));

        Assert.Equal((RowTable.Consent, "b"), Assert.Single(found));
        Assert.Equal(
            (RowTable.Identifier, ""),
            Assert.Single(await MisfiledAsync(new(GrainKind.Identifier, Key(1)))));
    }

    [StoreFact]
    public async Task A_reader_writes_nothing_and_a_writer_empties_no_table()
    {
        await WriteAsync(Upsert(Consent(1, "a")));

        foreach (var (role, sql) in new[]
        {
            (PrivateServer.Reader, "delete from consent"), (PrivateServer.Writer, "truncate consent"),
            (PrivateServer.Writer, "delete from consent_terms"),
            (PrivateServer.Writer, "update consent_terms set body = ''"),
        })
        {
            var refusal = Assert.Throws<PostgresException>(() => _fixture.Ask(role, sql));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }

    public void Dispose() => _fixture.Dispose();

    // The rows that do not lie where, or as, they themselves say.
    private async Task<IEnumerable<(RowTable Table, string Item)>> MisfiledAsync(ChainId chain) =>
        (await Rows.ReadFiledAsync(chain, chain, default))
            .Where(row => !row.Is(RowBodies.Decode(row.Table, row.Body.Span), row.Body.Span))
            .Select(row => (row.Table, row.Item));

    private static EncodedChange[] Encode(RowChange[] changes) =>
        [.. changes.Select(change => new EncodedChange(change))];

    private static RowChange Change(Random random)
    {
        var (chain, item) = (random.Next(5), $"i{random.Next(4)}");
        Row row = random.Next(7) switch
        {
            0 => Identifier(chain, random.Next(9)),
            1 => HouseholdIn(chain, $"52010{random.Next(9)}"),
            2 => Buyer($"b{chain}", (BuyerStatus)random.Next(1, 4)),
            3 => Access($"r{chain}", random.Next(4), random.Next(2) == 0 ? null : Key(random.Next(5))),
            4 => Due($"d{chain}", DueWorkKind.NoteOnLicensor, random.Next(100), random.Next(2) == 0),
            _ => Consent(
                chain, item, Key(random.Next(3)), random.Next(2) == 0 ? Acme : Other,
                (ConsentStatus)random.Next(1, 6)),
        };
        return random.Next(4) == 0 ? Delete(row) : Upsert(row);
    }

    private async Task WriteAsync(params RowChange[] changes)
    {
        await using var connection = await _fixture.Store.Source.OpenConnectionAsync();
        await WriteAsync(connection, changes);
    }

    private async Task WriteAsync(NpgsqlConnection connection, params RowChange[] changes)
    {
        await using var batch = new NpgsqlBatch(connection);
        _writes.AddTo(batch, Encode(changes));
        _ = await batch.ExecuteNonQueryAsync();
    }
}
