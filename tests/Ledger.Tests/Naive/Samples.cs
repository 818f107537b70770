using System.Text;

namespace Exchange.Ledger.Tests.Naive;

/// <summary>The example exchange of the vectors: three chains, one of them empty, and three content items.</summary>
internal static class Samples
{
    internal static readonly byte[] Exchange = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");

    internal static readonly object?[] Department = [2, "health"];
    internal static readonly object?[] Household = [3, "mfrggzdfmztwq2lkmfrggzdfmy"];
    internal static readonly object?[] Empty = [8, "agreement-1"];

    internal static (object?[] Chain, object?[][] Entries)[] Chains()
    {
        var departments = NaiveLedger.Chain(Exchange, Department, Registered());
        var cited = NaiveLedger.EntryHash(departments[0]);
        var households = NaiveLedger.Chain(
            Exchange, Household, First(), Citing(cited), Plain(2, 1_790_000_000_000), Plain(3, 1_790_000_000_001));
        return [(Department, departments), (Household, households), (Empty, [])];
    }

    internal static (string Kind, byte[] Name, byte[] Bytes)[] Content()
    {
        var notice = NaivePack.Pack(new object?[] { "We share what you allow.\nNothing else.", 1 });
        var columns = NaivePack.Pack(new object?[] { "amount", "commune", "数量" });
        (string, byte[], byte[])[] items =
        [
            ("notice", NaiveLedger.Tagged(0x19, notice), notice),
            ("columns", NaiveLedger.Tagged(0x19, columns), columns),
            ("manifest", NaiveLedger.TaggedArray(0x14, "root"), [1, 2, 3, 4]),
            ("document", NaiveLedger.Tagged(0x19, []), []),
        ];
        return [.. items.OrderBy(item => Convert.ToHexString(item.Item2), StringComparer.Ordinal)];
    }

    internal static NaiveChainFile File() => File(Chains(), Content());

    internal static NaiveChainFile File(
        (object?[] Chain, object?[][] Entries)[] chains, (string Kind, byte[] Name, byte[] Bytes)[] content) =>
        NaiveChainFile.Write(
            Exchange,
            [.. chains.Select(chain => (chain.Chain, (long)chain.Entries.Length, Head(chain)))],
            [.. chains.Select(chain => chain.Entries.Select(NaivePack.Pack).ToArray())],
            content);

    internal static byte[] Head((object?[] Chain, object?[][] Entries) chain) => chain.Entries.Length == 0
        ? NaiveLedger.Genesis(Exchange, chain.Chain)
        : NaiveLedger.EntryHash(chain.Entries[^1]);

    internal static byte[] Fill(int size, byte value) => [.. Enumerable.Repeat(value, size)];

    // The operator registers a department: an event that repeats the command's fields.
    private static object?[] Registered() => Entry(
        1_780_000_000_000,
        [33, "operator", 1, null, null, 1, new object?[] { Fill(32, 0xee), "token" }],
        0x10,
        [7, 1, new object?[] { "Health Commission of Guizhou", "贵州省卫生健康委员会" }],
        [],
        [[7, 1, null]]);

    // An officer, on behalf of the department, registers the household on paper.
    private static object?[] First() => Entry(
        1_780_000_000_001,
        [32, "officer-1", 3, Department, "person-17", 3, new object?[] { Fill(32, 0xee), "token" }],
        0x11,
        [20, 1, new object?[] { "520103", new object?[] { Fill(12, 0xa1), Fill(24, 0xa2) } }],
        [],
        [[20, 1, null], [21, 1, new object?[] { 0, -1, -33, 128, 65536, true, false, new object?[] { "a\nb" } }]]);

    // A process acts and cites the department's head.
    private static object?[] Citing(byte[] cited) => Entry(
        1_789_999_999_999,
        [35, "delivery", 7, null, null, 5, null],
        0x12,
        [22, 2, new object?[] { 9_007_199_254_740_991, long.MinValue, Fill(300, 0x55) }],
        [[Department, 0, cited, 1_789_999_990_000, 3, new object?[] { "approved" }]],
        [[23, 1, Array.Empty<object?>()]]);

    private static object?[] Plain(byte number, long recordedAt) => Entry(
        recordedAt,
        [3, "mfrggzdfmztwq2lkmfrggzdfmy", 4, null, "sub-1", 1, new object?[] { Fill(32, 0xee), "token" }],
        (byte)(0x20 + number),
        [24, 1, new object?[] { Encoding.UTF8.GetString(Fill(40, (byte)'x')), 2 }],
        [],
        [[24, 1, null]]);

    private static object?[] Entry(
        long recordedAt, object?[] actor, byte id, object?[] command, object?[][] facts, object?[][] events) =>
    [
        1, null, null, null, recordedAt, actor, Fill(16, id), command, null, 1, facts, events,
        Fill(16, (byte)(id + 0x80)),
    ];
}
