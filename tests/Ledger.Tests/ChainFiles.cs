using Exchange.Ledger.Tests.Naive;

namespace Exchange.Ledger.Tests;

/// <summary>Writes and opens chain files in memory with the product.</summary>
internal static class ChainFiles
{
    internal static byte[] Write(
        (object?[] Chain, object?[][] Entries)[] chains, (string Kind, byte[] Name, byte[] Bytes)[] content)
    {
        using var target = new MemoryStream();
        using var writer = new ChainFileWriter(target, Trees.Exchange, [.. chains.Select(Stated)]);
        foreach (var entry in chains.SelectMany(chain => chain.Entries))
        {
            writer.WriteEntry(NaivePack.Pack(entry));
        }

        foreach (var item in content)
        {
            using var bytes = new MemoryStream(item.Bytes);
            writer.WriteContent(Name(item), bytes);
        }

        writer.Complete();
        return target.ToArray();
    }

    internal static ContentName Name((string Kind, byte[] Name, byte[] Bytes) item) =>
        new(new(GrainKey.Parse(item.Kind)), new(item.Name));

    internal static StatedChain Stated((object?[] Chain, object?[][] Entries) chain) => new(
        Trees.Chain(chain.Chain),
        new(new(chain.Entries.Length - 1), new(Samples.Head(chain))),
        new(chain.Entries.Length));

    internal static ChainFileReader Open(byte[] bytes) =>
        Assert.IsType<ChainFileOpening.Opened>(ChainFileReader.Open(new MemoryStream(bytes))).Reader;

    internal static byte[] Bytes(ContentItem item)
    {
        using var target = new MemoryStream();
        item.Open().CopyTo(target);
        return target.ToArray();
    }
}
