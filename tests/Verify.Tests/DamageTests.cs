using Exchange.Ledger;

namespace Exchange.Verify.Tests;

/// <summary>Whatever happens to the bytes of a chain file, it is refused, and the place is named.</summary>
public sealed class DamageTests
{
    private static readonly Story Story = BuyerStory.Tell();
    private static readonly byte[] Sound = Story.ToFile();

    [Fact]
    public void A_sound_file_is_accepted() => Assert.Equal(ExitCode.Accepted, Verifier.Check(Sound).ExitCode);

    [Fact]
    public void Every_flipped_byte_is_refused_and_located()
    {
        for (var at = 0; at < Sound.Length; at++)
        {
            var altered = (byte[])Sound.Clone();
            altered[at] ^= (byte)(1 << (at % 8));

            var run = Verifier.Check(altered);

            Assert.True(run.ExitCode is ExitCode.Refused or ExitCode.NotJudged, $"at={at}");
            Assert.NotEqual("", run.ExitCode == ExitCode.Refused ? PlaceOf(run) : run.Error);
        }
    }

    [Fact]
    public void A_flipped_byte_of_an_entry_names_that_entry()
    {
        foreach (var chain in BuyerStory.Buyers)
        {
            var entries = Story.EntriesOf(chain);
            for (var index = 0; index < entries.Count; index++)
            {
                var start = Sound.AsSpan().IndexOf(entries[index]);
                for (var at = start; at < start + entries[index].Length; at++)
                {
                    var altered = (byte[])Sound.Clone();
                    altered[at] ^= 0x01;

                    var finding = Verifier.Check(altered).FirstFinding;

                    // What an entry says of its place contradicts where it stands; its link contradicts its neighbour.
                    Assert.Equal(chain.ToString(), (string?)finding["chain"]);
                    Assert.InRange((int)finding["index"]!, Math.Max(index - 1, 0), index);
                }
            }
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        for (var size = 0; size < Sound.Length; size++)
        {
            var run = Verifier.Check(Sound[..size]);

            Assert.True(run.ExitCode is ExitCode.Refused or ExitCode.NotJudged, $"size={size}");
            Assert.NotEqual("", run.ExitCode == ExitCode.Refused ? PlaceOf(run) : run.Error);
        }
    }

    [Fact]
    public void A_byte_too_many_anywhere_is_refused()
    {
        for (var at = 0; at <= Sound.Length; at += 5)
        {
            byte[] longer = [.. Sound[..at], 0x00, .. Sound[at..]];

            Assert.NotEqual(ExitCode.Accepted, Verifier.Check(longer).ExitCode);
        }
    }

    [Fact]
    public void Random_bytes_in_random_places_are_refused_and_never_crash() =>
        Assert.All(Seeds.All(), seed =>
        {
            var random = new Random(seed);
            for (var round = 0; round < 200; round++)
            {
                var altered = (byte[])Sound.Clone();
                random.NextBytes(altered.AsSpan(random.Next(altered.Length)) is var tail
                    ? tail[..Math.Min(tail.Length, random.Next(1, 64))]
                    : []);
                var run = Verifier.Check(altered);
                var same = altered.AsSpan().SequenceEqual(Sound);
                Assert.True(same || run.ExitCode != ExitCode.Accepted, $"seed={seed} round={round}");
            }
        });

    [Fact]
    public void Every_dropped_doubled_or_swapped_entry_is_located()
    {
        var chain = BuyerStory.Buyers[1];
        var count = Story.EntriesOf(chain).Count;
        for (var index = 0; index < count; index++)
        {
            var at = index;
            Assert.Equal(ExitCode.Refused, Alter(chain, entries => entries.RemoveAt(at)).ExitCode);
            Assert.Equal(ExitCode.Refused, Alter(chain, entries => entries.Insert(at, entries[at])).ExitCode);
            if (at > 0)
            {
                var swapped = Alter(chain, entries => (entries[at - 1], entries[at]) = (entries[at], entries[at - 1]));

                Assert.Equal(chain.ToString(), (string?)swapped.FirstFinding["chain"]);
                Assert.Equal(at - 1, (int)swapped.FirstFinding["index"]!);
            }
        }
    }

    [Fact]
    public void An_entry_of_another_exchange_is_found()
    {
        var other = BuyerStory.Tell(name: "another");

        var run = Alter(BuyerStory.Buyers[0], entries => entries[0] = other.EntriesOf(BuyerStory.Buyers[0])[0]);

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal(0, (int)run.FirstFinding["index"]!);
    }

    // The stated head and count stay those of the sound chain where the number of entries is the same.
    private static Verifier Alter(ChainId chain, Action<IList<byte[]>> alter)
    {
        var story = BuyerStory.Tell();
        alter(story.EntriesOf(chain));
        return Verifier.Check(Raw.Write(story, BuyerStory.Buyers));
    }

    private static string PlaceOf(Verifier run) => (string)run.FirstFinding["place"]!;
}
