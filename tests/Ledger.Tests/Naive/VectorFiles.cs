using System.Text.Json.Nodes;

namespace Exchange.Ledger.Tests.Naive;

/// <summary>What tests/Vectors/*.json must say, as the naive implementation says it.</summary>
internal static class VectorFiles
{
    internal static IEnumerable<(string Name, JsonNode Content)> All() =>
    [
        ("canonical.json", Canonical()),
        ("entry.json", Entries()),
        ("hashes.json", HashesAndIds()),
        ("receipt.json", Receipts()),
        ("chain-file.json", ChainFile()),
    ];

    private static JsonArray Canonical()
    {
        object?[] values =
        [
            null, true, false, 0, 127, 128, 255, 256, 65535, 65536, 4294967295L, 4294967296L, long.MaxValue,
            -1, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649L, long.MinValue,
            "", "a", new string('x', 31), new string('x', 32), "数据", "line\nfeed",
            Array.Empty<byte>(), new byte[] { 0 }, Samples.Fill(255, 1), Samples.Fill(256, 2),
            Array.Empty<object?>(), Enumerable.Range(0, 15).Cast<object?>().ToArray(),
            Enumerable.Range(0, 16).Cast<object?>().ToArray(), new object?[] { new object?[] { null, "b" }, -5 },
        ];
        return [.. values.Select(value => new JsonObject { ["value"] = JsonTree.Write(value), ["hex"] = Hex(value) })];
    }

    private static JsonArray Entries() =>
    [
        .. Samples.Chains().SelectMany(chain => chain.Entries).Select(entry => new JsonObject
        {
            ["value"] = JsonTree.Write(entry),
            ["hex"] = Hex(entry),
            ["hash"] = Convert.ToHexStringLower(NaiveLedger.EntryHash(entry)),
        }),
    ];

    private static JsonObject HashesAndIds()
    {
        object?[] actor = [32, "officer-1"];
        object?[] command = [20, 1, new object?[] { "520103", null }];
        object?[] process = [35, "delivery"];
        var id = Samples.Fill(16, 0x77);
        var leaves = Enumerable.Range(0, 7).Select(i => NaiveLedger.Tagged(0x00, [(byte)i])).ToArray();
        return new JsonObject
        {
            ["exchange"] = Convert.ToHexStringLower(Samples.Exchange),
            ["genesis"] = new JsonObject
            {
                ["chain"] = JsonTree.Write(Samples.Department),
                ["digest"] = Convert.ToHexStringLower(NaiveLedger.Genesis(Samples.Exchange, Samples.Department)),
            },
            ["command"] = new JsonObject
            {
                ["actor"] = JsonTree.Write(actor),
                ["command"] = JsonTree.Write(command),
                ["digest"] = Convert.ToHexStringLower(NaiveLedger.Command(actor, command)),
            },
            ["processStep"] = new JsonObject
            {
                ["process"] = JsonTree.Write(process),
                ["step"] = "start/1",
                ["id"] = Convert.ToHexStringLower(NaiveLedger.ProcessStep(process, "start/1")),
            },
            ["derivedId"] = new JsonObject
            {
                ["actor"] = JsonTree.Write(actor),
                ["commandId"] = Convert.ToHexStringLower(id),
                ["key"] = NaiveLedger.DerivedId(Samples.Exchange, actor, id),
            },
            ["merkleRoots"] = new JsonArray(
            [
                .. Enumerable.Range(0, 8).Select(size => new JsonObject
                {
                    ["leaves"] = new JsonArray(
                        [.. leaves[..size].Select(leaf => (JsonNode)Convert.ToHexStringLower(leaf))]),
                    ["root"] = Convert.ToHexStringLower(NaiveLedger.TreeRoot(leaves[..size])),
                }),
            ]),
        };
    }

    private static JsonArray Receipts() =>
    [
        .. Samples.Chains().SelectMany(chain => chain.Entries).Select(entry =>
        {
            object?[] receipt =
            [
                Samples.Exchange, entry[1], entry[2], NaiveLedger.EntryHash(entry), entry[4], null,
            ];
            return new JsonObject { ["value"] = JsonTree.Write(receipt), ["hex"] = Hex(receipt) };
        }),
    ];

    private static JsonObject ChainFile() => new()
    {
        ["exchange"] = Convert.ToHexStringLower(Samples.Exchange),
        ["chains"] = new JsonArray(
        [
            .. Samples.Chains().Select(chain => new JsonObject
            {
                ["chain"] = JsonTree.Write(chain.Chain),
                ["count"] = chain.Entries.Length,
                ["head"] = Convert.ToHexStringLower(Samples.Head(chain)),
            }),
        ]),
        ["content"] = new JsonArray(
        [
            .. Samples.Content().Select(item => new JsonObject
            {
                ["kind"] = item.Kind,
                ["name"] = Convert.ToHexStringLower(item.Name),
                ["hex"] = Convert.ToHexStringLower(item.Bytes),
            }),
        ]),
        ["hex"] = Convert.ToHexStringLower(Samples.File().Bytes),
    };

    private static string Hex(object? value) => Convert.ToHexStringLower(NaivePack.Pack(value));
}
