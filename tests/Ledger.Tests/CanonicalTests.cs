using System.Globalization;
using System.Text.Json.Nodes;
using Exchange.Ledger.Tests.Naive;

namespace Exchange.Ledger.Tests;

/// <summary>One legal encoding of each value, and nothing else.</summary>
public sealed class CanonicalTests
{
    [SharedFact]
    public void Every_value_of_the_public_suite_has_one_legal_encoding()
    {
        var (accepted, refused) = (0, 0);
        foreach (var (value, encodings) in Suite())
        {
            foreach (var encoding in encodings)
            {
                var legal = IsInSubset(value) && encoding.AsSpan().SequenceEqual(NaivePack.Pack(Tree(value)));
                Assert.True(legal == Accepts(encoding), Convert.ToHexString(encoding));
                Assert.True(legal == NaivePack.IsCanonical(encoding), Convert.ToHexString(encoding));
                if (legal)
                {
                    Assert.Equal(encoding, TreeCodec.Write(TreeCodec.Read(encoding)));
                }

                (accepted, refused) = legal ? (accepted + 1, refused) : (accepted, refused + 1);
            }
        }

        Assert.True(accepted > 40 && refused > 100, $"accepted={accepted} refused={refused}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("c1")]
    [InlineData("80")]
    [InlineData("de0000")]
    [InlineData("ca00000000")]
    [InlineData("cb0000000000000000")]
    [InlineData("d40100")]
    [InlineData("c70001")]
    [InlineData("cc7f")]
    [InlineData("cd00ff")]
    [InlineData("cf8000000000000000")]
    [InlineData("d000")]
    [InlineData("d0e0")]
    [InlineData("d3ffffffff80000000")]
    [InlineData("d900")]
    [InlineData("a1ff")]
    [InlineData("a3eda080")]
    [InlineData("a100")]
    [InlineData("a109")]
    [InlineData("a17f")]
    [InlineData("a2c285")]
    [InlineData("a261")]
    [InlineData("c40201")]
    [InlineData("c6ffffffff")]
    [InlineData("dc000f")]
    [InlineData("ddffffffff")]
    [InlineData("9201")]
    [InlineData("9100c0")]
    public void Bytes_outside_the_subset_are_refused(string hex)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.False(Accepts(bytes));
        Assert.False(NaivePack.IsCanonical(bytes));
    }

    [Fact]
    public void Arrays_nest_sixteen_deep_and_no_deeper()
    {
        byte[] deepest = [.. Enumerable.Repeat((byte)0x91, 15), 0x90];
        byte[] deeper = [.. Enumerable.Repeat((byte)0x91, 16), 0x90];

        Assert.True(Accepts(deepest) && NaivePack.IsCanonical(deepest));
        Assert.False(Accepts(deeper) || NaivePack.IsCanonical(deeper));
    }

    [Fact]
    public void A_line_feed_is_legal_in_prose_only()
    {
        var bytes = NaivePack.Pack("a\nb");

        Assert.Equal("a\nb", new CanonicalReader(bytes).ReadText(8, prose: true));
        Assert.Throws<CanonicalFormatException>(() => new CanonicalReader(bytes).ReadText(8));
    }

    [Fact]
    public void A_refusal_names_the_offending_byte()
    {
        var wrong = Assert.Throws<CanonicalFormatException>(() => TreeCodec.Read([0x92, 0x01, 0xcc, 0x05]));

        Assert.Equal(4, wrong.Offset);
        Assert.Contains("shortest", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Altered_values_are_judged_like_the_naive_implementation_judges_them()
    {
        foreach (var seed in Seeds.All())
        {
            var random = new Random(seed);
            for (var round = 0; round < 5_000; round++)
            {
                var bytes = NaivePack.Pack(RandomValue(random, depth: 1));
                bytes = random.Next(4) == 0 ? bytes : Altered(bytes, random);

                Assert.True(
                    Accepts(bytes) == NaivePack.IsCanonical(bytes), $"seed={seed} {Convert.ToHexString(bytes)}");
            }
        }
    }

    [Fact]
    public void The_fast_scan_accepts_exactly_what_the_reader_accepts()
    {
        foreach (var seed in Seeds.All())
        {
            var random = new Random(seed);
            for (var round = 0; round < 5_000; round++)
            {
                var bytes = Altered(NaivePack.Pack(RandomValue(random, depth: 1)), random);

                Assert.True(CanonicalScan.End(bytes, 0) == SlowEnd(bytes), $"seed={seed} {Convert.ToHexString(bytes)}");
            }
        }
    }

    private static bool Accepts(byte[] bytes)
    {
        try
        {
            var reader = new CanonicalReader(bytes);
            reader.Skip();
            reader.ExpectEnd();
            return true;
        }
        catch (CanonicalFormatException wrong)
        {
            Assert.InRange(wrong.Offset, 0, bytes.Length);
            return false;
        }
    }

    private static int SlowEnd(byte[] bytes)
    {
        try
        {
            var reader = new CanonicalReader(bytes);
            reader.SkipSlowly(depth: 1);
            return reader.Position;
        }
        catch (CanonicalFormatException wrong)
        {
            Assert.InRange(wrong.Offset, 0, bytes.Length);
            return -1;
        }
    }

    private static byte[] Altered(byte[] bytes, Random random)
    {
        byte[] altered = [.. bytes];
        altered[random.Next(altered.Length)] = (byte)random.Next(256);
        return random.Next(3) == 0 ? altered[..random.Next(altered.Length + 1)] : altered;
    }

    private static object? RandomValue(Random random, int depth) => random.Next(depth < 17 ? 9 : 6) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
        3 => (long)random.Next(-40, 300),
        4 => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => "aé数\n"[random.Next(4)])),
        5 => Samples.Fill(random.Next(300), (byte)random.Next(256)),
        _ => Enumerable.Range(0, random.Next(20 / depth)).Select(_ => RandomValue(random, depth + 1)).ToArray(),
    };

    private static bool IsInSubset(JsonObject value) =>
        !value.ContainsKey("map") && !value.ContainsKey("ext") && !value.ContainsKey("timestamp")
        && !value.ToJsonString().Contains("{}", StringComparison.Ordinal)
        && !(value["number"] is { } number && number.GetValue<double>() % 1 != 0)
        && !(value["bignum"] is { } big && !long.TryParse(
            big.GetValue<string>(), CultureInfo.InvariantCulture, out _));

    // The first member names the type of the value; a bignum says in text what a number may have lost.
    private static object? Tree(JsonObject value) => value.First() switch
    {
        { Key: "nil" } => null,
        { Key: "bool" } truth => truth.Value!.GetValue<bool>(),
        { Key: "binary" } bytes => Hex(bytes.Value!),
        { Key: "number" or "bignum" } => long.Parse(
            (value["bignum"] ?? value["number"])!.ToString(), CultureInfo.InvariantCulture),
        var other => JsonTree.Read(other.Value),
    };

    private static byte[] Hex(JsonNode node) =>
        Convert.FromHexString(node.GetValue<string>().Replace("-", "", StringComparison.Ordinal));

    private static IEnumerable<(JsonObject Value, byte[][] Encodings)> Suite()
    {
        var path = Path.Combine(Repository.Shared!, "vectors", "msgpack", "msgpack-test-suite.json");
        return JsonNode.Parse(File.ReadAllText(path))!.AsObject()
            .SelectMany(group => group.Value!.AsArray())
            .Select(each => (each!.AsObject(), each!["msgpack"]!.AsArray().Select(hex => Hex(hex!)).ToArray()));
    }
}
