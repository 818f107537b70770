using System.Text;
using Exchange.Engine.Contents;
using Exchange.Engine.Tests.Delivery;
using Exchange.Grains;
using Exchange.Grains.Datasets;

namespace Exchange.Engine.Tests.Contents;

public sealed class ContentUploadsTests
{
    [Fact]
    public async Task Bad_rows_are_named_by_line_and_column_and_nothing_is_kept()
    {
        await using var world = await DeliveryWorld.OpenAsync();

        var outcome = await world.UploadAsync(
            "income,number,cause\n1,n1,ill\nsecret,n2,ill\n3,,\"two\nlines\"\n4,n4\nx,n5,\"\n\"\n");

        var faults = Assert.IsType<UploadOutcome.Rejected>(outcome).Faults;
        Assert.Equal(
            ["3:income:not-an-integer", "4:number:cell-missing", "6::cell-count", "7:income:not-an-integer"],
            faults.Select(fault => $"{fault.Line}:{fault.Column}:{fault.Code}"));
        Assert.DoesNotContain(faults, fault => fault.Detail.Contains("secret", StringComparison.Ordinal));
        Assert.Null((await RevisionAsync(world)).Content);
    }

    [Theory]
    [InlineData("", "header-missing")]
    [InlineData("number,cause\n", "column-missing")]
    [InlineData("number,cause,income,more\n", "column-unknown")]
    [InlineData("number,cause,income,income\n", "column-repeated")]
    [InlineData("Number,cause,income\n", "column-unknown")]
    public async Task A_header_must_name_exactly_the_declared_columns(string csv, string code)
    {
        await using var world = await DeliveryWorld.OpenAsync();

        var outcome = await world.UploadAsync(csv);

        Assert.Contains(Assert.IsType<UploadOutcome.Rejected>(outcome).Faults, fault => fault.Code == code);
    }

    [Fact]
    public async Task A_file_in_another_encoding_is_refused()
    {
        await using var world = await DeliveryWorld.OpenAsync();

        var outcome = await world.UploadAsync([.. "number,cause,income\nn1,"u8, 0xb9, 0xf3, 0xd6, 0xdd, .. ",1\n"u8]);

        var fault = Assert.Single(Assert.IsType<UploadOutcome.Rejected>(outcome).Faults);
        Assert.Equal(new ContentFault(2, "cause", "not-utf-8", CellRules.Explain("not-utf-8")), fault);
    }

    [Fact]
    public async Task No_more_than_a_hundred_faults_are_reported()
    {
        await using var world = await DeliveryWorld.OpenAsync();

        var rows = string.Concat(Enumerable.Repeat("n,c,x\n", 500));

        var outcome = await world.UploadAsync("number,cause,income\n" + rows);

        Assert.Equal(100, Assert.IsType<UploadOutcome.Rejected>(outcome).Faults.Length);
    }

    [Fact]
    public async Task Rows_of_numbers_that_are_not_linked_are_counted_and_not_stored()
    {
        await using var world = await DeliveryWorld.OpenAsync();
        await world.RegisterAsync(1);

        _ = Accepted(await world.UploadAsync("\ufeff" + DeliveryWorld.Table([1, 2, 3])));

        var revision = await RevisionAsync(world);
        Assert.Equal((1, 2), (revision.RowsStored, revision.RowsNotLinked));
    }

    [Fact]
    public async Task A_retry_gets_the_first_receipt_and_another_upload_is_refused()
    {
        await using var world = await DeliveryWorld.OpenAsync();
        await world.RegisterAsync(1);
        var id = world.NextId();
        var first = Accepted(await world.UploadAsync(DeliveryWorld.Table([1]), id: id));

        var retried = Accepted(await world.UploadAsync(DeliveryWorld.Table([1]), id: id));
        var other = await world.UploadAsync(DeliveryWorld.Table([1, 2]), id: id);
        var late = await world.UploadAsync(DeliveryWorld.Table([1]));

        Assert.True(retried.Replayed);
        Assert.Equal(first.Receipt, retried.Receipt);
        Assert.Equal(Refusal.CommandIdReused, Refused(other));
        Assert.Equal(Refusal.RevisionAlreadyPublished, Refused(late));
    }

    [Fact]
    public async Task Content_holds_neither_cells_nor_numbers_in_clear()
    {
        await using var world = await DeliveryWorld.OpenAsync();
        await world.RegisterAsync(1);

        _ = Accepted(await world.UploadAsync("number,cause,income\nn00001,planted-cause,5\n"));

        var content = await world.Contents.OpenAsync(
            new(ContentKind.Revision, (await RevisionAsync(world)).Content!.Value), CancellationToken.None);
        var text = Encoding.Latin1.GetString(((MemoryStream)content!).ToArray());
        Assert.DoesNotContain("planted-cause", text, StringComparison.Ordinal);
        Assert.DoesNotContain("n00001", text, StringComparison.Ordinal);
    }

    private static SubmitOutcome.Accepted Accepted(UploadOutcome outcome) =>
        Assert.IsType<SubmitOutcome.Accepted>(Assert.IsType<UploadOutcome.Submitted>(outcome).Outcome);

    private static Refusal Refused(UploadOutcome outcome) =>
        Assert.IsType<SubmitOutcome.Refused>(Assert.IsType<UploadOutcome.Submitted>(outcome).Outcome).Reason;

    private static async Task<Revision> RevisionAsync(DeliveryWorld world)
    {
        var reading = await world.Exchange.ReadAsync(DeliveryWorld.Dataset, CancellationToken.None);
        return ((DatasetState)reading.State).Revisions[DeliveryWorld.Revision];
    }
}
