using System.Text;
using Exchange.Ledger;

namespace Exchange.Signing.Tests;

/// <summary>A sealed text opens with its key in its place, and nowhere else.</summary>
public sealed class TextSealerTests
{
    private static readonly SubjectKey Key = new(Enumerable.Range(0, 32).Select(each => (byte)each).ToArray());

    private static readonly SealContext Context = new(
        ChainId.Parse("household/abc"), ChainId.Parse("officer/one"), new(new Bytes16(1, 2)), "members/0/details");

    [Theory]
    [InlineData("")]
    [InlineData("张三")]
    [InlineData("line\nfeed \u0001 \U0001F37A")]
    public void A_text_opens_as_it_was(string plaintext)
    {
        var text = TextSealer.Seal(Key, Context, plaintext);

        Assert.True(TextSealer.TryOpen(Key, Context, text, out var opened));
        Assert.Equal(plaintext, opened);
        Assert.Equal(TextSealer.NonceSizeBytes, text.Nonce.Length);
        Assert.Equal(Encoding.UTF8.GetByteCount(plaintext) + TextSealer.TagSizeBytes, text.Ciphertext.Length);
    }

    [Fact]
    public void A_retry_has_the_same_bytes()
    {
        var (first, second) = (TextSealer.Seal(Key, Context, "same"), TextSealer.Seal(Key, Context, "same"));

        Assert.Equal(first.Nonce.ToArray(), second.Nonce.ToArray());
        Assert.Equal(first.Ciphertext.ToArray(), second.Ciphertext.ToArray());
    }

    [Fact]
    public void No_nonce_serves_two_plaintexts_or_two_places()
    {
        var nonces = Enumerable.Range(0, 1000)
            .Select(number => TextSealer.Seal(Key, Context, $"{number}"))
            .Concat(Elsewhere().Select(context => TextSealer.Seal(Key, context, "0")))
            .Select(text => Convert.ToHexString(text.Nonce.Span));

        Assert.Distinct(nonces);
    }

    [Fact]
    public void Another_key_or_place_opens_nothing()
    {
        var text = TextSealer.Seal(Key, Context, "secret");

        Assert.False(TextSealer.TryOpen(SubjectKey.Create(), Context, text, out var opened));
        Assert.Null(opened);
        Assert.All(Elsewhere(), context => Assert.False(TextSealer.TryOpen(Key, context, text, out _)));
    }

    [Fact]
    public void Every_single_byte_change_opens_nothing()
    {
        var text = TextSealer.Seal(Key, Context, "secret");
        for (var at = 0; at < text.Nonce.Length + text.Ciphertext.Length; at++)
        {
            var (nonce, ciphertext) = (text.Nonce.ToArray(), text.Ciphertext.ToArray());
            if (at < nonce.Length)
            {
                nonce[at] ^= 1;
            }
            else
            {
                ciphertext[at - nonce.Length] ^= 1;
            }

            Assert.False(TextSealer.TryOpen(Key, Context, new(nonce, ciphertext), out _), $"at={at}");
        }

        Assert.False(TextSealer.TryOpen(Key, Context, new(text.Nonce[..11], text.Ciphertext), out _));
        Assert.False(TextSealer.TryOpen(Key, Context, new(text.Nonce, text.Ciphertext[..15]), out _));
    }

    [Fact]
    public void A_key_is_never_printed()
    {
        Assert.Equal("SubjectKey", Key.ToString());
        Assert.Equal("MasterKey", MasterKey.Create().ToString());
    }

    private static SealContext[] Elsewhere() =>
    [
        Context with { Chain = ChainId.Parse("household/abd") },
        Context with { Actor = ChainId.Parse("officer/two") },
        Context with { Command = new(new Bytes16(1, 3)) },
        Context with { FieldPath = "members/1/details" },
    ];
}
