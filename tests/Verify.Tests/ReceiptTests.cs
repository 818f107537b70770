using Exchange.Ledger;

namespace Exchange.Verify.Tests;

/// <summary>A kept receipt shows what a rewritten or shortened history leaves out.</summary>
public sealed class ReceiptTests
{
    private static readonly ChainId Chain = BuyerStory.Buyers[1];
    private static readonly Story Story = BuyerStory.Tell(approvals: 3);
    private static readonly byte[] File = Story.ToFile();

    [Fact]
    public void Kept_receipts_match_in_either_form()
    {
        using var folder = new Folder();
        var json = folder.Write("a.json", BuyerStory.ReceiptJson(Story, Chain, 2));
        var answer = folder.Write("b.json", $$"""{"data":{},"receipt":{{BuyerStory.ReceiptJson(Story, Chain, 0)}}}""");
        var canonical = folder.Write("c", ReceiptCodec.Encode(Receipt(Story, 4)));

        var run = Verifier.Check(File, "--receipt", json, "--receipt", answer, "--receipt", canonical);

        Assert.Equal(ExitCode.Accepted, run.ExitCode);
        Assert.True((bool)run.Json["matchesReceipts"]!);
        Assert.Contains("matches 3 kept receipts", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tail_cut_off_with_its_head_restated_is_seen_by_a_receipt()
    {
        using var folder = new Folder();
        var receipt = folder.Write("a.json", BuyerStory.ReceiptJson(Story, Chain, 6));
        var shorter = BuyerStory.Tell(approvals: 2).ToFile();

        var run = Verifier.Check(shorter, "--receipt", receipt);

        Assert.Equal(ExitCode.Accepted, Verifier.Check(shorter).ExitCode);
        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal((Chain.ToString(), 6), PlaceOf(run));
        Assert.Equal("a chain of 5 entries", (string)run.FirstFinding["found"]!);
    }

    [Fact]
    public void A_history_told_again_in_other_words_is_seen_by_a_receipt()
    {
        using var folder = new Folder();
        var receipt = folder.Write("a", ReceiptCodec.Encode(Receipt(Story, 3) with { Hash = default }));

        var run = Verifier.Check(File, "--receipt", receipt);

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal((Chain.ToString(), 3), PlaceOf(run));
    }

    [Fact]
    public void Another_time_another_exchange_and_another_chain_do_not_match()
    {
        using var folder = new Folder();
        var receipt = Receipt(Story, 3);
        Receipt[] lies =
        [
            receipt with { RecordedAt = new(receipt.RecordedAt.Value + 1) },
            receipt with { Exchange = default },
            receipt with { Chain = ChainId.Parse("buyer/nobody") },
            receipt with { Index = new(long.MaxValue) },
        ];

        Assert.All(lies, lie =>
        {
            var path = folder.Write("a", ReceiptCodec.Encode(lie));

            Assert.Equal(ExitCode.Refused, Verifier.Check(File, "--receipt", path).ExitCode);
        });
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"exchange\":1}")]
    [InlineData("{\"receipt\":null}")]
    [InlineData("[[[[[[[[")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}")]
    [InlineData("nonsense")]
    public void What_is_no_receipt_is_not_judged(string text)
    {
        using var folder = new Folder();

        var run = Verifier.Check(File, "--receipt", folder.Write("a", text));

        Assert.Equal(ExitCode.NotJudged, run.ExitCode);
        Assert.Contains("is not a receipt", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_receipt_that_is_not_there_or_too_large_is_not_judged()
    {
        using var folder = new Folder();

        Assert.Equal(ExitCode.NotJudged, Verifier.Check(File, "--receipt", folder.Path).ExitCode);
        Assert.Equal(ExitCode.NotJudged, Verifier.Check(File, "--receipt", "/nowhere/at/all").ExitCode);
        Assert.Equal(
            ExitCode.NotJudged, Verifier.Check(File, "--receipt", folder.Write("b", new byte[100_000])).ExitCode);
    }

    private static Receipt Receipt(Story story, int index)
    {
        var bytes = story.EntriesOf(Chain)[index];
        return new(story.Exchange, Chain, new(index), Hashes.Entry(bytes), EntryCodec.Decode(bytes).RecordedAt);
    }

    private static (string, int) PlaceOf(Verifier run) =>
        ((string)run.FirstFinding["chain"]!, (int)run.FirstFinding["index"]!);
}
