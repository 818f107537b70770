using Exchange.Ledger.Tests.Naive;

namespace Exchange.Ledger.Tests;

/// <summary>Each case of a chain check, with what was expected and what was found.</summary>
public sealed class ChainVerifierTests
{
    private static readonly ChainId Household = Trees.Chain(Samples.Household);
    private static readonly byte[][] Entries = [.. Samples.Chains()[1].Entries.Select(NaivePack.Pack)];

    [Fact]
    public void A_sound_chain_is_good_to_its_stated_head()
    {
        var chain = Samples.Chains()[1];
        var verifier = new ChainVerifier(Trees.Exchange, Household);

        foreach (var entry in chain.Entries)
        {
            Assert.IsType<ChainCheck.Good>(verifier.Check(NaivePack.Pack(entry), out var decoded));
            Assert.Equal(verifier.Head.Index, decoded!.Index);
        }

        Assert.True(verifier.CheckHead(ChainFiles.Stated(chain).Head));
    }

    [Fact]
    public void A_cut_tail_is_seen_against_the_stated_head()
    {
        var chain = Samples.Chains()[1];
        var verifier = new ChainVerifier(Trees.Exchange, Household);

        Assert.All(chain.Entries[..^1], entry => Assert.IsType<ChainCheck.Good>(verifier.Check(NaivePack.Pack(entry))));

        Assert.False(verifier.CheckHead(ChainFiles.Stated(chain).Head));
    }

    [Fact]
    public void A_verifier_goes_on_from_a_head_that_it_trusts()
    {
        var entries = Samples.Chains()[1].Entries;
        var before = EntryCodec.Decode(NaivePack.Pack(entries[2]));
        var head = new ChainHead(before.Index, Hashes.Entry(NaivePack.Pack(entries[2])));
        var verifier = new ChainVerifier(Household, head, before.RecordedAt);

        Assert.IsType<ChainCheck.Good>(verifier.Check(NaivePack.Pack(entries[3])));
    }

    [Fact]
    public void An_entry_of_another_chain_names_both_chains()
    {
        var check = At(0).Check(NaivePack.Pack(Samples.Chains()[0].Entries[0]));

        Assert.Equal(new ChainCheck.WrongChain(Expected: Household, Found: Trees.Chain(Samples.Department)), check);
    }

    [Fact]
    public void A_missing_and_a_doubled_entry_name_both_indexes()
    {
        Assert.Equal(new ChainCheck.WrongIndex(Expected: new(1), Found: new(2)), At(1).Check(Packed(2)));
        Assert.Equal(new ChainCheck.WrongIndex(Expected: new(1), Found: new(0)), At(1).Check(Packed(0)));
    }

    [Fact]
    public void An_entry_that_does_not_follow_names_both_hashes()
    {
        var check = At(2).Check(Changed(2, field: 3, Samples.Fill(32, 0x01)));

        Assert.Equal(
            new ChainCheck.BrokenLink(Expected: Hashes.Entry(Packed(1)), Found: new(Samples.Fill(32, 0x01))), check);
    }

    [Fact]
    public void An_entry_of_another_exchange_does_not_follow_its_genesis()
    {
        var verifier = new ChainVerifier(new ExchangeId(new Bytes16(1, 2)), Household);

        Assert.IsType<ChainCheck.BrokenLink>(verifier.Check(Packed(0)));
    }

    [Fact]
    public void Time_that_goes_back_names_both_times()
    {
        var check = At(2).Check(Changed(2, field: 4, 1_789_999_999_998));

        Assert.Equal(
            new ChainCheck.TimeWentBack(Expected: new(1_789_999_999_999), Found: new(1_789_999_999_998)), check);
    }

    [Fact]
    public void A_fact_read_after_its_entry_names_both_times()
    {
        var check = At(1).Check(Changed(1, field: 4, 1_789_999_989_999));

        Assert.Equal(
            new ChainCheck.FactFromFuture(Expected: new(1_789_999_989_999), Found: new(1_789_999_990_000)), check);
    }

    [Fact]
    public void What_is_not_good_leaves_the_verifier_where_it_was()
    {
        var verifier = At(2);
        var head = verifier.Head;

        Assert.IsType<ChainCheck.WrongIndex>(verifier.Check(Packed(3), out var entry));

        Assert.Null(entry);
        Assert.Equal(head, verifier.Head);
        Assert.IsType<ChainCheck.Good>(verifier.Check(Packed(2)));
    }

    [Fact]
    public void Whoever_wants_the_entry_is_told_the_same_about_every_change_of_a_byte()
    {
        for (var number = 0; number < 4; number++)
        {
            for (var at = 0; at < Packed(number).Length; at++)
            {
                var bytes = Packed(number);
                bytes[at] ^= 0x01;
                var (passing, taking) = (At(number), At(number));
                var (passed, taken) = (passing.Check(bytes), taking.Check(bytes, out var entry));

                Assert.True(Told(passed).Equals(Told(taken)), $"at={at}: expected {passed}, found {taken}");
                Assert.Equal(passed is ChainCheck.Good, entry is not null);
                Assert.Equal(passing.Head, taking.Head);
                Assert.Equal(passing.RecordedAt, taking.RecordedAt);
            }
        }

        // Where the form is wrong, the two may say so in other words.
        static object Told(ChainCheck check) => check is ChainCheck.Malformed ? typeof(ChainCheck.Malformed) : check;
    }

    [Fact]
    public void Every_single_byte_change_of_an_entry_is_malformed_or_breaks_the_chain()
    {
        for (var number = 0; number < 4; number++)
        {
            for (var at = 0; at < Packed(number).Length; at++)
            {
                var bytes = Packed(number);
                bytes[at] ^= 0x01;
                var verifier = At(number);
                var check = verifier.Check(bytes);

                Assert.True(
                    check is not ChainCheck.Good || verifier.Head.Hash != Hashes.Entry(Packed(number)), $"at={at}");
                Assert.True(check is not ChainCheck.Good || number == 3
                    || verifier.Check(Packed(number + 1)) is ChainCheck.BrokenLink, $"at={at}");
            }
        }
    }

    [Fact]
    public void The_scan_judges_altered_entries_like_the_decoder()
    {
        foreach (var seed in Seeds.All())
        {
            var random = new Random(seed);
            for (var round = 0; round < 3_000; round++)
            {
                var bytes = Packed(random.Next(4));
                for (var changes = random.Next(1, 3); changes > 0; changes--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                Assert.Equal((seed, Outcome(() => _ = EntryCodec.Decode(bytes))), (seed, Outcome(() => Scan(bytes))));
            }
        }
    }

    [Fact]
    public void What_decodes_encodes_to_the_same_bytes()
    {
        foreach (var seed in Seeds.All())
        {
            var random = new Random(seed);
            for (var round = 0; round < 3_000; round++)
            {
                var bytes = Packed(random.Next(4));
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                try
                {
                    Assert.Equal(bytes, EntryCodec.Encode(EntryCodec.Decode(bytes)));
                }
                catch (CanonicalFormatException wrong)
                {
                    Assert.InRange(wrong.Offset, 0, bytes.Length);
                }
            }
        }
    }

    [Fact]
    public void An_actor_has_no_chain_of_its_own()
    {
        var check = At(0).Check(Changed(0, field: 1, new object?[] { 32, "officer-1" }));

        Assert.Contains("has no chain", Assert.IsType<ChainCheck.Malformed>(check).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_over_its_limits_is_malformed()
    {
        var command = new object?[] { 24, 1, new object?[] { Samples.Fill((48 * 1024) + 1, 0) } };
        var entry = new object?[] { 24, 1, new object?[] { Samples.Fill(61 * 1024, 0) } };

        Assert.IsType<ChainCheck.Malformed>(At(0).Check(Changed(0, field: 7, command)));
        Assert.IsType<ChainCheck.Malformed>(At(0).Check(Changed(0, field: 7, entry)));
        Assert.IsType<ChainCheck.Malformed>(At(0).Check(Changed(0, field: 11, Array.Empty<object?>())));
        Assert.IsType<ChainCheck.Malformed>(At(0).Check(Changed(0, field: 9, 0)));
        Assert.IsType<ChainCheck.Malformed>(At(0).Check(Changed(0, field: 4, 1L << 53)));
        Assert.IsType<ChainCheck.Malformed>(At(0).Check(Changed(0, field: 8, 1)));
    }

    [Fact]
    public void Fields_nest_sixteen_deep_counted_from_the_fields()
    {
        Assert.IsType<ChainCheck.Good>(At(0).Check(Changed(0, field: 7, new object?[] { 24, 1, Nested(16) })));
        Assert.IsType<ChainCheck.Malformed>(At(0).Check(Changed(0, field: 7, new object?[] { 24, 1, Nested(17) })));
    }

    private static object?[] Nested(int depth) => depth == 1 ? [] : [Nested(depth - 1)];

    private static string Outcome(Action read)
    {
        try
        {
            read();
            return "good";
        }
        catch (CanonicalFormatException wrong)
        {
            return wrong.Message;
        }
    }

    private static void Scan(byte[] bytes) => _ = EntryScan.Read(bytes).Index;

    // A verifier that has seen the entries before this place.
    private static ChainVerifier At(int index)
    {
        var verifier = new ChainVerifier(Trees.Exchange, Household);
        for (var i = 0; i < index; i++)
        {
            Assert.IsType<ChainCheck.Good>(verifier.Check(Packed(i)));
        }

        return verifier;
    }

    private static byte[] Packed(int index) => [.. Entries[index]];

    private static byte[] Changed(int index, int field, object? value)
    {
        var entry = Samples.Chains()[1].Entries[index];
        entry[field] = value;
        return NaivePack.Pack(entry);
    }
}
