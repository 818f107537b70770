using Exchange.Store.Postgres;

namespace Exchange.Store.Tests.Postgres;

public sealed class PackedKeyTests
{
    private const string Alphabet = "-0123456789abcdefghijklmnopqrstuvwxyz";

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a-")]
    [InlineData("zzz")]
    [InlineData("abcdefghijklmnopqrstuvwxyz234567")]
    public void A_key_is_read_as_it_was_packed(string key) => Assert.Equal(key, PackedKey.Read(PackedKey.Of(key)));

    [Fact]
    public void A_derived_key_takes_two_thirds() =>
        Assert.Equal(18, PackedKey.Of(Base32.Encode(new byte[16])).Length);

    [Fact]
    public void Packed_keys_have_the_order_of_their_texts()
    {
        var seed = Seeds.Next();
        var random = new Random(seed);
        for (var n = 0; n < 20_000; n++)
        {
            var (left, right) = (Key(random, Alphabet), Key(random, Alphabet));

            var packed = PackedKey.Of(left).AsSpan().SequenceCompareTo(PackedKey.Of(right));

            Assert.True(
                Math.Sign(string.CompareOrdinal(left, right)) == Math.Sign(packed), $"seed={seed} {left} {right}");
        }
    }

    [Fact]
    public void A_list_goes_on_after_any_text()
    {
        var seed = Seeds.Next();
        var random = new Random(seed);
        for (var n = 0; n < 20_000; n++)
        {
            var (key, text) = (Key(random, Alphabet), Key(random, Alphabet + " !/:_~AZ"));

            var isAfter = PackedKey.Of(key).AsSpan().SequenceCompareTo(PackedKey.After(text)) > 0;

            Assert.True(string.CompareOrdinal(key, text) > 0 == isAfter, $"seed={seed} {key} {text}");
        }
    }

    [Fact]
    public void Other_texts_are_no_keys()
    {
        Assert.Null(PackedKey.TryOf("a b"));
        Assert.Throws<ArgumentException>(() => PackedKey.Of("A"));
        Assert.Throws<CanonicalFormatException>(() => PackedKey.Read([0xff, 0xff]));
        Assert.Throws<CanonicalFormatException>(() => PackedKey.Read([1]));
        Assert.Throws<CanonicalFormatException>(() => PackedKey.Read([0, 1]));
    }

    private static string Key(Random random, string alphabet) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => alphabet[random.Next(alphabet.Length)]));
}
