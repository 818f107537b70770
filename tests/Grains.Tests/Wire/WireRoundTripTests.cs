using System.Reflection;
using Exchange.Grains.Households;
using Exchange.Grains.Tests.Tables;

namespace Exchange.Grains.Tests.Wire;

/// <summary>Whatever is written is read back as the same bytes, and nothing else is read.</summary>
public sealed class WireRoundTripTests
{
    private static readonly MethodInfo ReadAgainMethod =
        typeof(WireRoundTripTests).GetMethod(nameof(ReadAgain), BindingFlags.Static | BindingFlags.NonPublic)!;

    public static TheoryData<string> Types() =>
    [
        .. typeof(WireCatalog).Assembly.GetTypes().Where(type => !type.IsAbstract && (
            type.GetCustomAttribute<WireAttribute>() is not null || type.IsSubclassOf(typeof(Row))
            || type.IsSubclassOf(typeof(GrainState)))).Select(type => type.FullName!),
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_record_is_read_as_it_was_written(string name)
    {
        var type = typeof(WireCatalog).Assembly.GetType(name)!;
        foreach (var seed in Seeds.All())
        {
            var samples = new WireSamples(new Random(seed));
            for (var round = 0; round < 20; round++)
            {
                ReadAgainMethod.MakeGenericMethod(type).Invoke(null, [samples.Make(type), seed]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Changed_bytes_are_refused_or_mean_another_value(string name)
    {
        var type = typeof(WireCatalog).Assembly.GetType(name)!;
        var change = typeof(WireRoundTripTests)
            .GetMethod(nameof(Change), BindingFlags.Static | BindingFlags.NonPublic)!;
        foreach (var seed in Seeds.All())
        {
            var random = new Random(seed);
            change.MakeGenericMethod(type).Invoke(null, [new WireSamples(random).Make(type), random, seed]);
        }
    }

    [Fact]
    public void A_key_that_stands_twice_in_a_map_is_refused()
    {
        var once = WireCodec<Holder>.Encode(new(ImmutableSortedDictionary<GrainKey, int>.Empty.Add(World.Key("a"), 1)));
        byte[] twice = [0x91, 0x92, .. once.AsSpan(2), .. once.AsSpan(2)];
        twice[^1] = 2;

        Assert.Throws<CanonicalFormatException>(() => WireCodec<Holder>.Decode(twice));
    }

    [Fact]
    public void What_could_not_be_read_again_is_not_written()
    {
        Throws(new SealedText(new byte[11], new byte[16]), Recently: default);
        Throws(new SealedText(new byte[12], new byte[5000]), Recently: default);
        Throws(null, Recently: new(-1));
        Throws(null, Recently: new(UnixMilliseconds.Limit));
        Assert.Throws<ArgumentException>(() => WireCodec<Recorder>.Encode(new(World.Home.Id, new string('x', 65))));
        Assert.Throws<ArgumentException>(() => WireCodec<Recorder>.Encode(new(World.Home.Id, "a\nb")));
        Assert.Throws<ArgumentException>(() => WireCodec<Recorder>.Encode(new(World.Home.Id, "a\u0085b")));
        Assert.Throws<ArgumentException>(() => WireCodec<RegisterHousehold>.Encode(
            new(World.Key("a"), DivisionCode.Parse("52"), default)));
        Assert.Throws<ArgumentException>(() => WireCodec<GrantConsent>.Encode(
            Samples.ByToken with { Capacity = (Capacity)9 }));

        static void Throws(SealedText? note, UnixMilliseconds Recently) => Assert.Throws<ArgumentException>(
            () => WireCodec<Collection>.Encode(new(Recently, null, note, null)));
    }

    private static void ReadAgain<T>(T value, int seed)
    {
        var bytes = WireCodec<T>.Encode(value);

        Assert.True(bytes.AsSpan().SequenceEqual(WireCodec<T>.Encode(WireCodec<T>.Decode(bytes))), $"seed={seed}");
    }

    private static void Change<T>(T value, Random random, int seed)
    {
        var bytes = WireCodec<T>.Encode(value);
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= (byte)random.Next(1, 256);
            Assert.True(IsRefusedOrSame<T>(changed), $"seed={seed} at={at}");
            Assert.True(IsRefusedOrSame<T>(bytes[..at]), $"seed={seed} cut at={at}");
        }
    }

    private static bool IsRefusedOrSame<T>(byte[] bytes)
    {
        try
        {
            return WireCodec<T>.Encode(WireCodec<T>.Decode(bytes)).AsSpan().SequenceEqual(bytes);
        }
        catch (CanonicalFormatException)
        {
            return true;
        }
    }

    internal sealed record Holder(ImmutableSortedDictionary<GrainKey, int> Map);
}
