using System.Security.Cryptography;
using Exchange.Ledger.Tests.Naive;

namespace Exchange.Ledger.Tests;

/// <summary>Writing and reading chain files of every shape.</summary>
public sealed class ChainFileTests
{
    [Fact]
    public void Every_form_of_entry_of_the_first_release_still_verifies()
    {
        var reader = ChainFiles.Open(File.ReadAllBytes(Path.Combine(Repository.Vectors, "first-release-forms.chain")));

        Assert.Empty(reader.FindDamage());
        Assert.Equal(
            ["department/health 1", "household/mfrggzdfmztwq2lkmfrggzdfmy 4", "agreement/agreement-1 0"],
            reader.StatedChains.Select(stated => $"{stated.Chain} {stated.Count}"));
    }

    [Fact]
    public void A_file_without_chains_and_content_is_sound()
    {
        var reader = ChainFiles.Open(ChainFiles.Write([], []));

        Assert.Empty(reader.FindDamage());
        Assert.Empty(reader.ReadEntries());
        Assert.Empty(reader.ReadContent());
        Assert.Null(reader.FindContent(default));
    }

    [Fact]
    public void Entries_are_read_by_chain_and_in_sequence()
    {
        var chains = Samples.Chains();
        var reader = ChainFiles.Open(ChainFiles.Write(chains, []));

        Assert.Equal(
            chains.SelectMany(chain => chain.Entries).Select(entry => Convert.ToHexString(NaivePack.Pack(entry))),
            reader.ReadEntries().Select(entry => Convert.ToHexString(entry.Bytes.Span)));
        Assert.Equal(
            chains[1].Entries.Select(entry => Convert.ToHexString(NaivePack.Pack(entry))),
            reader.ReadChain(Trees.Chain(Samples.Household)).Select(entry => Convert.ToHexString(entry.Span)));
        Assert.Empty(reader.ReadChain(Trees.Chain(Samples.Empty)));
        Assert.Empty(reader.ReadChain(ChainId.Parse("buyer/nobody")));
        Assert.True(reader.TryFind(Trees.Chain(Samples.Household), out var stated));
        Assert.Equal(new EntryCount(4), stated!.Count);
        Assert.False(reader.TryFind(ChainId.Parse("buyer/nobody"), out _));
    }

    [Fact]
    public void Enumerations_of_one_file_may_alternate()
    {
        var reader = ChainFiles.Open(ChainFiles.Write(Samples.Chains(), Samples.Content()));

        var pairs = reader.ReadChain(Trees.Chain(Samples.Household))
            .Zip(reader.ReadEntries().Skip(1), (left, right) => left.Span.SequenceEqual(right.Bytes.Span));

        Assert.Equal(4, pairs.Count(equal => equal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(200_000)]
    public void Content_of_any_size_is_streamed_and_found(int size)
    {
        var large = Samples.Fill(size, 0x5a);
        (string Kind, byte[] Name, byte[] Bytes)[] content =
        [
            .. Samples.Content().Where(item => item.Bytes.Length > 0)
                .Append(("document", NaiveLedger.Tagged(0x19, large), large))
                .OrderBy(item => Convert.ToHexString(item.Item2), StringComparer.Ordinal),
        ];
        var bytes = ChainFiles.Write(Samples.Chains(), content);
        var reader = ChainFiles.Open(bytes);

        Assert.Equal(Samples.File(Samples.Chains(), content).Bytes, bytes);
        Assert.Empty(reader.FindDamage());
        foreach (var item in content)
        {
            var found = reader.FindContent(new(item.Name));
            Assert.Equal(item.Kind, found!.Name.Kind.Value);
            Assert.Equal(item.Bytes, ChainFiles.Bytes(found));
        }

        Assert.Null(reader.FindContent(new(Samples.Fill(32, 0x00))));
        Assert.Null(reader.FindContent(new(Samples.Fill(32, 0xff))));
    }

    [Fact]
    public void More_content_than_index_points_is_still_found()
    {
        var items = Enumerable.Range(0, 10_000)
            .Select(number => BitConverter.GetBytes(number))
            .Select(bytes => (Kind: "document", Name: NaiveLedger.Tagged(0x19, bytes), Bytes: bytes))
            .OrderBy(item => Convert.ToHexString(item.Name), StringComparer.Ordinal).ToArray();
        var file = ChainFiles.Write([], items);
        var reader = ChainFiles.Open(file);

        Assert.Empty(reader.FindDamage());
        Assert.True(file.Length < 10_000 * (1 + 32 + 9 + 4 + 4 + 32) + (4096 * 40) + 1000);
        for (var number = 0; number < items.Length; number += 97)
        {
            Assert.Equal(items[number].Bytes, ChainFiles.Bytes(reader.FindContent(new(items[number].Name))!));
        }
    }

    [Fact]
    public void Memory_does_not_grow_with_entries_or_with_the_size_of_content()
    {
        var few = AllocatedByReading(entryCount: 100, contentSizeBytes: 100_000);
        var many = AllocatedByReading(entryCount: 20_000, contentSizeBytes: 20_000_000);

        Assert.True(many < few + 100_000, $"few={few} many={many}");
    }

    [Fact]
    public void A_writer_refuses_what_would_not_be_a_chain_file()
    {
        var chains = Samples.Chains().Select(ChainFiles.Stated).ToArray();
        var entry = NaivePack.Pack(Samples.Chains()[0].Entries[0]);

        Assert.Throws<ArgumentException>(() => New([chains[1], chains[0]]));
        Assert.Throws<ArgumentException>(() => New([chains[0] with { Count = new(7) }]));
        using var writer = New([chains[0]]);
        Assert.Throws<InvalidOperationException>(writer.Complete);
        Assert.Throws<InvalidOperationException>(() => writer.BeginContent(default));
        writer.WriteEntry(entry);
        Assert.Throws<InvalidOperationException>(() => writer.WriteEntry(entry));
        Assert.Throws<InvalidOperationException>(() => writer.AppendContent(entry));
        writer.BeginContent(new(ContentKind.Manifest, new(Samples.Fill(32, 0x22))));
        Assert.Throws<InvalidOperationException>(writer.Complete);
        writer.EndContent();
        Assert.Throws<ArgumentException>(() =>
            writer.BeginContent(new(ContentKind.Manifest, new(Samples.Fill(32, 0x22)))));
    }

    [Fact]
    public void What_is_no_chain_file_is_told_apart()
    {
        var other = Samples.File().Bytes;
        other[17] = 9;

        Assert.IsType<ChainFileOpening.NotAChainFile>(ChainFileReader.Open(new MemoryStream()));
        Assert.IsType<ChainFileOpening.NotAChainFile>(ChainFileReader.Open(new MemoryStream("PK"u8.ToArray())));
        Assert.Equal(
            new ChainFileOpening.UnknownFormat(Expected: new(1), Found: new(9)),
            ChainFileReader.Open(new MemoryStream(other)));
    }

    [Fact]
    public void A_forged_count_of_chains_allocates_nothing()
    {
        var bytes = Samples.File().Bytes;
        bytes[34] = 0xff;
        var before = GC.GetAllocatedBytesForCurrentThread();

        var opening = ChainFileReader.Open(new MemoryStream(bytes));

        Assert.IsType<ChainFileDamage.List>(Assert.IsType<ChainFileOpening.Damaged>(opening).Damage);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    private static ChainFileWriter New(StatedChain[] chains) => new(new MemoryStream(), Trees.Exchange, chains);

    // A chain of entries that differ only in index and previous, and one document, streamed in small pieces.
    private static long AllocatedByReading(int entryCount, int contentSizeBytes)
    {
        var first = EntryCodec.Decode(NaivePack.Pack(Samples.Chains()[1].Entries[0]));
        var chain = Trees.Chain(Samples.Household);
        var head = ChainHead.Empty(Trees.Exchange, chain);
        var entries = new List<byte[]>();
        for (var i = 0; i < entryCount; i++)
        {
            entries.Add(EntryCodec.Encode(first with { Index = head.Index.Next, Previous = head.Hash }));
            head = new(head.Index.Next, Hashes.Entry(entries[^1]));
        }

        var path = Path.GetTempFileName();
        try
        {
            using var file = File.Open(path, FileMode.Create, FileAccess.ReadWrite);
            Write(file, chain, head, entries, contentSizeBytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var reader = Assert.IsType<ChainFileOpening.Opened>(ChainFileReader.Open(file)).Reader;
            Assert.Empty(reader.FindDamage());
            Assert.Equal(entryCount, reader.ReadEntries().Count());
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Write(
        Stream target, ChainId chain, ChainHead head, List<byte[]> entries, int contentSizeBytes)
    {
        var piece = new byte[10_000];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0x19]);
        for (var left = contentSizeBytes; left > 0; left -= piece.Length)
        {
            hash.AppendData(piece);
        }

        using var writer = new ChainFileWriter(target, Trees.Exchange, [new(chain, head, new(entries.Count))]);
        entries.ForEach(entry => writer.WriteEntry(entry));
        writer.BeginContent(new(ContentKind.Document, new(hash.GetHashAndReset())));
        for (var left = contentSizeBytes; left > 0; left -= piece.Length)
        {
            writer.AppendContent(piece);
        }

        writer.EndContent();
        writer.Complete();
    }
}
