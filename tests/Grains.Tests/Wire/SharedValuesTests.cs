using Exchange.Grains.Households;
using Exchange.Grains.Tests.Tables;

namespace Exchange.Grains.Tests.Wire;

/// <summary>What many records repeat stands in memory once, and nobody can tell otherwise.</summary>
public sealed class SharedValuesTests
{
    [Fact]
    public void What_was_read_before_is_the_same_object()
    {
        var first = WireCodec<Shares>.Decode(WireCodec<Shares>.Encode(Of("a")));
        var again = WireCodec<Shares>.Decode(WireCodec<Shares>.Encode(Of("a")));
        var other = WireCodec<Shares>.Decode(WireCodec<Shares>.Encode(Of("b")));

        Assert.Same(first.Names, again.Names);
        Assert.Equal([World.Key("a")], again.Names);
        Assert.Equal([World.Key("b")], other.Names);
        Assert.Equal(7, again.After);
    }

    [Fact]
    public void Consents_to_one_offer_have_their_terms_once()
    {
        var (type, version) = WireCatalog.Events.NumberOf(typeof(ConsentGiven));
        var bytes = WireCatalog.Events.Encode(Samples.Given("c-1").Item1);
        var others = WireCatalog.Events.Encode(Samples.Given("c-2").Item1);

        var first = Assert.IsType<ConsentGiven>(WireCatalog.Events.Decode(type, version, bytes));
        var second = Assert.IsType<ConsentGiven>(WireCatalog.Events.Decode(type, version, others));

        Assert.NotEqual(first.Consent, second.Consent);
        Assert.Same(first.Terms, second.Terms);
    }

    [Fact]
    public void A_long_value_is_read_anew_each_time()
    {
        var value = new Shares(
            [.. Enumerable.Range(0, 100).Select(number => World.Key($"key-{number:d20}"))], After: 7);
        var bytes = WireCodec<Shares>.Encode(value);
        Assert.True(bytes.Length > SharedValues<ImmutableSortedSet<GrainKey>>.SizeBytesMax);

        var (first, second) = (WireCodec<Shares>.Decode(bytes), WireCodec<Shares>.Decode(bytes));

        Assert.Equal(value.Names, first.Names);
        Assert.NotSame(first.Names, second.Names);
    }

    [Fact]
    public void More_values_than_are_kept_are_read_as_they_were_written()
    {
        foreach (var number in Enumerable.Range(0, 6000))
        {
            var value = Of($"k{number % 3000}");

            Assert.Equal(value.Names, WireCodec<Shares>.Decode(WireCodec<Shares>.Encode(value)).Names);
        }
    }

    [Fact]
    public async Task Many_threads_read_what_was_written()
    {
        await Parallel.ForAsync(0, 20_000, (number, _) =>
        {
            var value = Of($"k{number % 700}");

            Assert.Equal(value.Names, WireCodec<Shares>.Decode(WireCodec<Shares>.Encode(value)).Names);
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void What_is_wrong_is_refused_each_time()
    {
        var bytes = WireCodec<Shares>.Encode(Of("a"));
        bytes[^2] = (byte)'-';
        foreach (var _ in Enumerable.Range(0, 3))
        {
            Assert.Throws<CanonicalFormatException>(() => WireCodec<Shares>.Decode(bytes));
        }
    }

    [Fact]
    public void A_field_that_may_be_absent_is_absent_each_time()
    {
        var bytes = WireCodec<SharesPerhaps>.Encode(new(null));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.Null(WireCodec<SharesPerhaps>.Decode(bytes).Names);
        }
    }

    private static Shares Of(string key) => new([World.Key(key)], After: 7);

    private sealed record Shares([Shared] ImmutableSortedSet<GrainKey> Names, int After);

    private sealed record SharesPerhaps([Shared] ImmutableSortedSet<GrainKey>? Names);
}
