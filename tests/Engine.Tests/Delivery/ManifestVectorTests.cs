using System.Text.Json;
using Exchange.Grains.Agreements.Manifests;

namespace Exchange.Engine.Tests.Delivery;

/// <summary>
/// Manifests of a naive second implementation are read, written again to the byte, and refused when altered.
/// </summary>
public sealed class ManifestVectorTests
{
    public static TheoryData<string> Names => [.. Vectors().Select(vector => vector.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_manifest_of_the_second_implementation_is_read_and_written_again(string name)
    {
        var (file, root, leafCount) = Vector(name);

        var reader = new ManifestReader(new MemoryStream(file).Read);
        var leaves = new List<ManifestLeaf>();
        while (reader.Next() is { } leaf)
        {
            leaves.Add(leaf);
        }

        Assert.Equal(root, reader.Root());
        Assert.Equal(leafCount, leaves.Count);
        var again = new MemoryStream();
        var writer = new ManifestWriter(again.Write, reader.Header, new(leaves.Count));
        leaves.ForEach(writer.Write);
        Assert.Equal(root, writer.Complete());
        Assert.Equal(file, again.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_byte_of_a_manifest_counts(string name)
    {
        var (file, root, _) = Vector(name);
        Assert.True(ManifestReader.HasRoot(new MemoryStream(file).Read, root));

        for (var at = 0; at < file.Length; at++)
        {
            var altered = file.ToArray();
            altered[at] ^= 0x01;
            Assert.False(ManifestReader.HasRoot(new MemoryStream(altered).Read, root), $"at={at}");
            Assert.False(ManifestReader.HasRoot(new MemoryStream(file, 0, at).Read, root), $"cut at={at}");
        }

        Assert.False(ManifestReader.HasRoot(new MemoryStream([.. file, 0]).Read, root));
    }

    [Fact]
    public void Leaves_out_of_order_are_neither_written_nor_read()
    {
        var (file, _, _) = Vector("members, identifiers and blocks in order");
        var reader = new ManifestReader(new MemoryStream(file).Read);
        var (first, second) = (reader.Next()!, reader.Next()!);
        var writer = new ManifestWriter(new MemoryStream().Write, reader.Header, new(2));
        writer.Write(second);

        Assert.Throws<ArgumentException>(() => writer.Write(first));
        Assert.Throws<ArgumentException>(() => writer.Write(second));
        Assert.Throws<InvalidOperationException>(() => writer.Complete());
    }

    private static (byte[] File, Digest Root, int Leaves) Vector(string name)
    {
        var vector = Vectors().Single(one => one.GetProperty("name").GetString() == name);
        Assert.True(Digest.TryParse(vector.GetProperty("root").GetString(), out var root));
        return (
            Convert.FromHexString(vector.GetProperty("file").GetString()!), root,
            vector.GetProperty("leaves").GetInt32());
    }

    private static JsonElement.ArrayEnumerator Vectors()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Expected to run inside the repository.");
        }

        var text = File.ReadAllText(Path.Combine(folder.FullName, "tests", "Vectors", "manifest.json"));
        return JsonDocument.Parse(text).RootElement.GetProperty("manifests").EnumerateArray();
    }
}
