using Exchange.Ledger.Tests.Naive;

namespace Exchange.Ledger.Tests;

/// <summary>Lies about a chain file: each is caught, and located.</summary>
public sealed class TamperTests
{
    private static readonly ChainId[] Chains = [.. Samples.Chains().Select(each => Trees.Chain(each.Chain))];

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x80)]
    [InlineData(0xff)]
    public void Every_single_byte_change_is_caught_and_located(byte mask)
    {
        var file = Samples.File();
        var whole = file.Bytes;
        for (var at = 0; at < whole.Length; at++)
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= mask;

            Assert.Equal((at, file.LabelAt(at)), (at, Locate(bytes)));
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_truncated_and_says_from_where()
    {
        var file = Samples.File();
        var whole = file.Bytes;
        for (var size = 16; size < whole.Length; size++)
        {
            var opening = ChainFileReader.Open(new MemoryStream(whole[..size]));
            var label = file.LabelAt(size);

            var truncated = Assert.IsType<ChainFileOpening.Truncated>(opening);
            if (label is "format" or "list")
            {
                Assert.Null(truncated.Readable);
                continue;
            }

            var damage = truncated.Readable!.FindDamage().First();
            Assert.Equal((size, label == "end mark" ? "trailer" : label), (size, Label(damage)));
            if (label.StartsWith("entry", StringComparison.Ordinal))
            {
                Assert.IsType<ChainFileDamage.MissingEntry>(damage);
            }
        }
    }

    [Fact]
    public void Every_dropped_entry_is_located()
    {
        EachEntry((entries, at) => [.. entries[..at], .. entries[(at + 1)..]], (chain, at, last) =>
            chain == 0 || at == last ? $"entry {chain} {last}" : $"entry {chain} {at}");
    }

    [Fact]
    public void Every_doubled_entry_is_located()
    {
        // The entry behind the double is pushed out: it stands where the chain behind begins.
        EachEntry((entries, at) => [.. entries[..at], entries[at], .. entries[at..]], (chain, at, last) =>
            at < last ? $"entry {chain} {at + 1}" : chain == 0 ? "entry 1 0" : "content 0");
    }

    [Fact]
    public void Every_pair_of_swapped_entries_is_located()
    {
        var entries = Packed();
        for (var at = 0; at + 1 < entries[1].Length; at++)
        {
            var swapped = Packed();
            (swapped[1][at], swapped[1][at + 1]) = (entries[1][at + 1], entries[1][at]);

            Assert.Equal($"entry 1 {at}", Locate(Forged(Stated(), swapped)));
        }
    }

    [Fact]
    public void A_chain_whose_tail_was_cut_off_does_not_reach_its_stated_head()
    {
        var stated = Stated();
        stated[1].Count = 3;
        var cut = Packed();
        cut[1] = cut[1][..3];

        Assert.Equal("entry 1 2", Locate(Forged(stated, cut)));
    }

    [Fact]
    public void An_entry_that_was_rewritten_with_everything_behind_it_is_caught_at_the_head()
    {
        var chains = Samples.Chains();
        chains[1].Entries[1][9] = 2;
        var rewritten = NaiveLedger.Chain(Samples.Exchange, Samples.Household, chains[1].Entries);
        var entries = Packed();
        entries[1] = [.. rewritten.Select(NaivePack.Pack)];

        Assert.Equal("entry 1 3", Locate(Forged(Stated(), entries)));
    }

    [Fact]
    public void Damage_in_one_chain_does_not_hide_damage_in_the_next()
    {
        var file = Samples.File();
        var bytes = file.Bytes;
        foreach (var label in new[] { "entry 0 0", "entry 1 2", "content 1", "content 3" })
        {
            var last = Enumerable.Range(0, bytes.Length).Last(at => file.LabelAt(at) == label);
            bytes[last] ^= 0x10;
        }

        Assert.Equal(
            ["entry 0 0", "entry 1 2", "content 1", "content 3"],
            ChainFiles.Open(bytes).FindDamage().Select(Label));
    }

    [Fact]
    public void A_stated_head_of_an_empty_chain_must_be_its_genesis()
    {
        var stated = Stated();
        stated[2].Head = Samples.Fill(32, 0x07);

        Assert.Equal("head 2", Locate(Forged(stated, Packed())));
    }

    [Fact]
    public void Content_under_a_false_name_is_caught_and_a_manifest_is_left_to_its_own_rule()
    {
        var content = Samples.Content();
        var notice = Array.FindIndex(content, item => item.Kind == "notice");
        content[notice].Bytes = [0x90];
        var bytes = Samples.File(Samples.Chains(), content).Bytes;
        var manifest = Array.FindIndex(content, item => item.Kind == "manifest");
        var asked = new List<string>();

        var found = ChainFiles.Open(bytes).FindDamage((name, stream) =>
        {
            using var read = new MemoryStream();
            stream.CopyTo(read);
            asked.Add($"{name.Kind} {Convert.ToHexString(read.ToArray())}");
            return false;
        }).Select(Label);

        Assert.Equal(new[] { notice, manifest }.Order().Select(number => $"content {number}"), found);
        Assert.Equal(["manifest 01020304"], asked);
    }

    [Fact]
    public void Content_out_of_order_is_caught()
    {
        var content = Samples.Content();
        Array.Reverse(content);

        var found = ChainFiles.Open(Samples.File(Samples.Chains(), content).Bytes).FindDamage().Select(Label);

        Assert.Equal(["content 1", "content 2", "content 3"], found);
    }

    [Fact]
    public void Bytes_behind_the_end_are_caught()
    {
        byte[] longer = [.. Samples.File().Bytes, .. "x"u8, .. "end-of-chains\n"u8];

        Assert.Contains("trailer", ChainFiles.Open(longer).FindDamage().Select(Label));
    }

    private static void EachEntry(Func<byte[][], int, byte[][]> forge, Func<int, int, int, string> expected)
    {
        var entries = Packed();
        for (var chain = 0; chain < entries.Length; chain++)
        {
            for (var at = 0; at < entries[chain].Length; at++)
            {
                var forged = Packed();
                forged[chain] = forge(entries[chain], at);

                Assert.Equal(
                    (chain, at, expected(chain, at, entries[chain].Length - 1)),
                    (chain, at, Locate(Forged(Stated(), forged))));
            }
        }
    }

    private static byte[] Forged((object?[] Chain, long Count, byte[] Head)[] stated, byte[][][] entries) =>
        NaiveChainFile.Write(Samples.Exchange, stated, entries, Samples.Content()).Bytes;

    private static (object?[] Chain, long Count, byte[] Head)[] Stated() =>
        [.. Samples.Chains().Select(chain => (chain.Chain, (long)chain.Entries.Length, Samples.Head(chain)))];

    private static byte[][][] Packed() =>
        [.. Samples.Chains().Select(chain => chain.Entries.Select(NaivePack.Pack).ToArray())];

    // The first place found, in the words of the naive file's labels; "sound" where nothing is.
    private static string Locate(byte[] bytes) => ChainFileReader.Open(new MemoryStream(bytes)) switch
    {
        ChainFileOpening.NotAChainFile => "magic",
        ChainFileOpening.UnknownFormat => "format",
        ChainFileOpening.Damaged damaged => Label(damaged.Damage),
        ChainFileOpening.Truncated { Readable: { } reader } => reader.FindDamage().Select(Label).Single() == "trailer"
            ? "end mark"
            : "more than the end mark",
        ChainFileOpening.Opened opened => opened.Reader.FindDamage().Select(Label).FirstOrDefault("sound"),
        _ => "nothing",
    };

    private static string Label(ChainFileDamage damage) => damage switch
    {
        ChainFileDamage.List => "list",
        ChainFileDamage.BadEntry bad => $"entry {Number(bad.Chain)} {bad.Index}",
        ChainFileDamage.AlteredEntry altered => $"entry {Number(altered.Chain)} {altered.Index}",
        ChainFileDamage.MissingEntry missing => $"entry {Number(missing.Chain)} {missing.Index}",
        ChainFileDamage.BadHead head => $"head {Number(head.Chain)}",
        ChainFileDamage.Content content => $"content {content.Number.Value}",
        ChainFileDamage.Offsets => "offsets",
        _ => "trailer",
    };

    private static int Number(ChainId chain) => Array.IndexOf(Chains, chain);
}
