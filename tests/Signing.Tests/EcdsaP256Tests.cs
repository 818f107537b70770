using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Exchange.Ledger.Tests;

namespace Exchange.Signing.Tests;

/// <summary>Signatures on P-256, valid and subtly invalid.</summary>
public sealed class EcdsaP256Tests
{
    [SharedFact]
    public void Signatures_are_judged_as_the_public_vectors_say()
    {
        var path = Path.Combine(
            Repository.Shared!, "vectors", "wycheproof", "ecdsa_secp256r1_sha256_p1363_test.json");
        var judged = 0;
        foreach (var group in JsonNode.Parse(File.ReadAllText(path))!["testGroups"]!.AsArray())
        {
            var info = Hex(group!["publicKeyDer"]);
            var point = Hex(group["publicKey"]!["uncompressed"]);
            foreach (var test in group["tests"]!.AsArray())
            {
                var valid = test!["result"]!.GetValue<string>() == "valid";
                var (message, signature) = (Hex(test["msg"]), Hex(test["sig"]));

                Assert.True(valid == EcdsaP256.Verify(info, message, signature), test.ToJsonString());
                Assert.True(valid == EcdsaP256.Verify(point, message, signature), test.ToJsonString());
                judged++;
            }
        }

        Assert.Equal(262, judged);
    }

    [Fact]
    public void A_key_signs_survives_export_and_has_a_stable_name()
    {
        using var key = TokenSigningKey.Create();
        using var again = TokenSigningKey.ImportPkcs8(key.ExportPkcs8());

        var signature = key.Sign("message"u8);

        Assert.Equal(EcdsaP256.SignatureSizeBytes, signature.Length);
        Assert.Equal(key.Id, again.Id);
        Assert.True(again.Verify("message"u8, signature));
        Assert.True(EcdsaP256.Verify(key.Point.Span, "message"u8, signature));
        Assert.False(again.Verify("massage"u8, signature));
        Assert.False(again.Verify("message"u8, signature.AsSpan(0, 63)));
        using var other = TokenSigningKey.Create();
        Assert.False(other.Verify("message"u8, signature));
        Assert.NotEqual(key.Id, other.Id);
    }

    [Fact]
    public void Keys_in_any_other_form_are_refused()
    {
        using var key = TokenSigningKey.Create();
        var signature = key.Sign("message"u8);
        var point = key.Point.ToArray();
        byte[] compressed = [(byte)(2 + (point[^1] & 1)), .. point[1..33]];
        byte[] offCurve = [.. point[..^1], (byte)(point[^1] ^ 1)];
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        byte[][] wrong = [[], compressed, offCurve, new byte[65], point[1..], p384.ExportSubjectPublicKeyInfo()];

        Assert.All(wrong, form => Assert.False(EcdsaP256.Verify(form, "message"u8, signature)));
        Assert.Throws<CryptographicException>(() => TokenSigningKey.ImportPkcs8(p384.ExportPkcs8PrivateKey()));
        Assert.Throws<CryptographicException>(() => TokenSigningKey.ImportPkcs8([.. key.ExportPkcs8(), 0]));
        Assert.Throws<CryptographicException>(() => TokenSigningKey.ImportPkcs8([1, 2, 3]));
    }

    private static byte[] Hex(JsonNode? node) => Convert.FromHexString(node!.GetValue<string>());
}
