using System.Globalization;
using Exchange.Grains.Buyers;
using Exchange.Grains.Values;
using Exchange.Ledger;

namespace Exchange.Verify.Tests;

/// <summary>A small lawful file: three buyers with three entries each, and one document.</summary>
internal static class BuyerStory
{
    internal static readonly ChainId[] Buyers = [Buyer(1), Buyer(2), Buyer(3)];

    internal static Story Tell(int approvals = 1, string name = "buyers")
    {
        var story = new Story(name, new(1_780_000_000_000));
        foreach (var buyer in Buyers)
        {
            story.Pass(TimeSpan.FromMilliseconds(1));
            _ = story.Give(buyer, ReliefStory.Operator, new RegisterBuyer(new(
                "Acme", "91520000MA6AAAAA1B", "CN", "data@example.cn", [PurposeCode.Parse("gx:PovertyRelief")])));
            for (var i = 0; i < approvals; i++)
            {
                _ = story.Give(buyer, ReliefStory.Operator, i == 0 ? new ApproveBuyer() : new ReinstateBuyer());
                _ = story.Give(buyer, ReliefStory.Operator, new SuspendBuyer("A complaint."));
            }
        }

        _ = story.Keep(ContentKind.Notice, [0x91, 0xa1, 0x78]);
        return story;
    }

    /// <summary>The receipt of an entry as the API answers it.</summary>
    internal static string ReceiptJson(Story story, ChainId chain, int index)
    {
        var bytes = story.EntriesOf(chain)[index];
        var entry = EntryCodec.Decode(bytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"exchange":"{{story.Exchange}}","chain":"{{chain}}","index":{{index}},"hash":"{{Hashes.Entry(bytes)}}",
             "recordedAt":"{{entry.RecordedAt}}"}
            """);
    }

    private static ChainId Buyer(int number) =>
        ChainId.Parse(string.Create(CultureInfo.InvariantCulture, $"buyer/b{number}"));
}
