using System.Text.Json.Nodes;
using Exchange.Ledger.Tests.Naive;

namespace Exchange.Ledger.Tests;

/// <summary>
/// The checked-in vectors, the naive implementation and the product say the same, in both directions.
/// </summary>
public sealed class VectorTests
{
    [Fact]
    public void The_vectors_are_what_the_naive_implementation_writes()
    {
        foreach (var (name, content) in VectorFiles.All())
        {
            var path = Path.Combine(Repository.Vectors, name);
            if (Environment.GetEnvironmentVariable("EXCHANGE_WRITE_VECTORS") == "new" && !File.Exists(path))
            {
                File.WriteAllText(path, JsonTree.Text(content));
            }

            Assert.Equal(File.ReadAllText(path), JsonTree.Text(content));
        }
    }

    [Fact]
    public void Canonical_values_are_written_and_read_as_the_vectors_say()
    {
        foreach (var vector in Read("canonical.json").AsArray())
        {
            var value = JsonTree.Read(vector!["value"]);
            var bytes = Hex(vector["hex"]);

            Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(TreeCodec.Write(value)));
            Assert.Equal(JsonTree.Write(value)?.ToJsonString(), JsonTree.Write(TreeCodec.Read(bytes))?.ToJsonString());
        }
    }

    [Fact]
    public void Entries_are_written_and_read_as_the_vectors_say()
    {
        foreach (var vector in Read("entry.json").AsArray())
        {
            var bytes = Hex(vector!["hex"]);
            var entry = Trees.Entry(JsonTree.Read(vector["value"]));

            Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(EntryCodec.Encode(entry)));
            Assert.Equal(
                Convert.ToHexString(bytes), Convert.ToHexString(EntryCodec.Encode(EntryCodec.Decode(bytes))));
            Assert.Equal(vector["hash"]!.GetValue<string>(), Hashes.Entry(bytes).ToString());
        }
    }

    [Fact]
    public void Hashes_and_ids_are_what_the_vectors_say()
    {
        var vectors = Read("hashes.json");
        var (genesis, command) = (vectors["genesis"]!, vectors["command"]!);
        var (step, derived) = (vectors["processStep"]!, vectors["derivedId"]!);

        Assert.Equal(
            Text(genesis["digest"]),
            Hashes.Genesis(Trees.Exchange, Trees.Chain(JsonTree.Read(genesis["chain"]))).ToString());
        Assert.Equal(
            Text(command["digest"]),
            Hashes.Command(
                Trees.Chain(JsonTree.Read(command["actor"])),
                Trees.Command((object?[])JsonTree.Read(command["command"])!)).ToString());
        Assert.Equal(
            Text(step["id"]),
            Hashes.ProcessStep(Trees.Chain(JsonTree.Read(step["process"])), Text(step["step"])).Value.ToString());
        Assert.Equal(
            Text(derived["key"]),
            Hashes.DerivedId(
                Trees.Exchange,
                Trees.Chain(JsonTree.Read(derived["actor"])),
                new(Bytes16.From(Hex(derived["commandId"])))).Value);
    }

    [Fact]
    public void Merkle_roots_are_what_the_vectors_say()
    {
        foreach (var vector in Read("hashes.json")["merkleRoots"]!.AsArray())
        {
            var root = new MerkleRoot();
            foreach (var leaf in vector!["leaves"]!.AsArray())
            {
                root.Add(new(Hex(leaf)));
            }

            Assert.Equal(Text(vector["root"]), root.Root().ToString());
        }
    }

    [Fact]
    public void Receipts_are_written_and_read_as_the_vectors_say()
    {
        foreach (var vector in Read("receipt.json").AsArray())
        {
            var bytes = Hex(vector!["hex"]);
            var receipt = Trees.Receipt(JsonTree.Read(vector["value"]));

            Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(ReceiptCodec.Encode(receipt)));
            Assert.Equal(receipt, ReceiptCodec.Decode(bytes));
        }
    }

    [Fact]
    public void A_chain_file_is_written_and_read_as_the_vectors_say()
    {
        var vector = Read("chain-file.json");
        var bytes = Hex(vector["hex"]);

        Assert.Equal(bytes, ChainFiles.Write(Samples.Chains(), Samples.Content()));
        var reader = ChainFiles.Open(bytes);
        Assert.Equal(Text(vector["exchange"]), reader.Exchange.ToString());
        Assert.Equal(
            vector["chains"]!.AsArray().Select(chain => Text(chain!["head"])),
            reader.StatedChains.Select(stated => stated.Head.Hash.ToString()));
        Assert.Equal(
            vector["content"]!.AsArray().Select(item => Text(item!["hex"])),
            reader.ReadContent().Select(item => Convert.ToHexStringLower(ChainFiles.Bytes(item))));
        Assert.Empty(reader.FindDamage());
    }

    private static JsonNode Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Vectors, name)))!;

    private static byte[] Hex(JsonNode? node) => Convert.FromHexString(Text(node));

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
