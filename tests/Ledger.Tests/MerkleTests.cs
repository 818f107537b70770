using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Ledger.Tests.Naive;

namespace Exchange.Ledger.Tests;

/// <summary>Roots and proofs of RFC 6962.</summary>
public sealed class MerkleTests
{
    [Fact]
    public void The_incremental_root_is_the_one_of_the_recursive_definition()
    {
        var root = new MerkleRoot();
        var leaves = new List<byte[]>();
        for (var size = 0; size < 130; size++)
        {
            Assert.Equal(size, root.Size.Value);
            Assert.Equal(new Digest(NaiveLedger.TreeRoot([.. leaves])), root.Root());
            leaves.Add(NaiveLedger.Tagged(0x00, BitConverter.GetBytes(size)));
            root.Add(new(leaves[^1]));
        }
    }

    [SharedFact]
    public void Inclusion_proofs_are_judged_as_the_public_vectors_say() => EachVector("inclusion", vector =>
        MerkleProof.Includes(
            Hash(vector["root"]),
            new(vector["treeSize"]!.GetValue<long>()),
            new(vector["leafIdx"]!.GetValue<long>()),
            Hash(vector["leafHash"]),
            Proof(vector)));

    [SharedFact]
    public void Consistency_proofs_are_judged_as_the_public_vectors_say() => EachVector("consistency", vector =>
        MerkleProof.Extends(
            Hash(vector["root1"]),
            new(vector["size1"]!.GetValue<long>()),
            Hash(vector["root2"]),
            new(vector["size2"]!.GetValue<long>()),
            Proof(vector)));

    private static void EachVector(string folder, Func<JsonNode, bool> judge)
    {
        var files = Directory.GetFiles(
            Path.Combine(Repository.Shared!, "vectors", "merkle", folder), "*.json", SearchOption.AllDirectories);

        Assert.NotEmpty(files);
        Assert.All(files, path =>
        {
            var vector = JsonNode.Parse(File.ReadAllText(path))!;
            bool judged;
            try
            {
                judged = judge(vector);
            }
            catch (Exception wrong) when (wrong is ArgumentException or FormatException or JsonException
                or InvalidOperationException)
            {
                // A hash of another length, or a size that is no number, never reaches the proof.
                judged = false;
            }

            Assert.Equal((path, vector["wantErr"]!.GetValue<bool>()), (path, !judged));
        });
    }

    private static Digest Hash(JsonNode? node) => new(Convert.FromBase64String(node?.GetValue<string>() ?? ""));

    private static Digest[] Proof(JsonNode vector) =>
        vector["proof"] is JsonArray proof ? [.. proof.Select(Hash)] : [];
}
