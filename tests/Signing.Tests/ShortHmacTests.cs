using System.Security.Cryptography;

namespace Exchange.Signing.Tests;

/// <summary>The short way to an HMAC gives the platform's own.</summary>
public sealed class ShortHmacTests
{
    [Fact]
    public void Every_size_of_key_and_message_gives_what_the_platform_gives()
    {
        foreach (var keySize in new[] { 0, 1, 31, 32, 63, 64, 65, 200 })
        {
            var key = RandomNumberGenerator.GetBytes(keySize);
            for (var size = 0; size <= 300; size++)
            {
                var message = RandomNumberGenerator.GetBytes(size);
                var found = new byte[HMACSHA256.HashSizeInBytes];

                ShortHmac.Hash(key, message, found);

                Assert.Equal(HMACSHA256.HashData(key, message), found);
            }
        }
    }
}
