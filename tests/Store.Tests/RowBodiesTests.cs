using Exchange.Grains.Buyers;
using Exchange.Grains.Households;
using static Exchange.Store.Tests.Samples;

namespace Exchange.Store.Tests;

public sealed class RowBodiesTests
{
    [Fact]
    public void Every_table_has_a_type_and_every_row_type_a_table()
    {
        Assert.Equal(Enum.GetValues<RowTable>(), RowBodies.Tables);
        Assert.Equal(
            typeof(Row).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(Row))), RowBodies.Tables.Length);
    }

    [Fact]
    public void A_row_is_read_as_it_was_written()
    {
        Row[] rows = [Consent(1, "a"), Identifier(1, 2), Buyer("acme", BuyerStatus.Approved), Access("r", 1, null)];

        Same(rows, rows.Select(row => RowBodies.Decode(row.Table, RowBodies.Encode(row))));
    }

    [Fact]
    public void A_consent_is_read_as_its_codec_reads_it()
    {
        var plain = Consent(1, "a");
        ConsentRow[] rows =
        [
            plain,
            Consent(2, "b", recipient: Other, status: ConsentStatus.Recorded),
            plain with
            {
                Consent = plain.Consent with { Giver = null, RecordedBy = null, AuthorisedBy = [Key(3), Key(4)] },
            },
            plain with { Consent = plain.Consent with { ConfirmedAt = null, EndedAt = new(5), Supersedes = Key(6) } },
        ];
        var bodies = new ConsentBodies();

        for (var round = 0; round < 2; round++)
        {
            Same(rows, rows.Select(row => row with { Consent = bodies.Read(RowBodies.Encode(row)) }));
        }
    }

    [Fact]
    public void Equal_terms_are_kept_once()
    {
        var bodies = new ConsentBodies();

        var first = bodies.Read(RowBodies.Encode(Consent(1, "a")));
        var second = bodies.Read(RowBodies.Encode(Consent(2, "b")));

        Assert.Same(first.Terms, second.Terms);
    }

    [Fact]
    public void Bytes_that_are_no_row_are_refused()
    {
        var body = RowBodies.Encode(Consent(1, "a"));

        Assert.Throws<CanonicalFormatException>(() => RowBodies.Decode(RowTable.Consent, body.AsSpan(1)));
        Assert.Throws<CanonicalFormatException>(() => new ConsentBodies().Read([.. body, 0]));
    }
}
