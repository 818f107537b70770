using System.Text;
using System.Text.Json.Nodes;
using Exchange.Ledger;
using Exchange.Ledger.Tests;

namespace Exchange.Signing.Tests;

/// <summary>
/// What is sealed and derived is what another implementation, in another language, made of the same input.
/// </summary>
public sealed class SealingVectorTests
{
    private static readonly JsonNode Vectors =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Vectors, "sealing.json")))!;

    [Fact]
    public void Texts_are_sealed_as_the_vectors_say()
    {
        var vector = Vectors["text"]!;
        var context = new SealContext(
            ChainId.Parse(Text(vector["chain"])),
            ChainId.Parse(Text(vector["actor"])),
            new(Bytes16.From(Hex(vector["commandId"]))),
            Text(vector["fieldPath"]));
        var key = new SubjectKey(Hex(vector["key"]));

        var text = TextSealer.Seal(key, context, Text(vector["plaintext"]));

        Assert.Equal(Text(vector["nonce"]), Convert.ToHexStringLower(text.Nonce.Span));
        Assert.Equal(Text(vector["ciphertext"]), Convert.ToHexStringLower(text.Ciphertext.Span));
    }

    [Fact]
    public void Row_blocks_of_the_vectors_open()
    {
        foreach (var vector in Vectors["rowBlocks"]!.AsArray())
        {
            using var sealer = new RowBlockSealer(
                new(Hex(vector!["key"])),
                GrainKey.Parse(Text(vector["dataset"])),
                new(Bytes16.From(Hex(vector["uploadCommandId"]))));

            Assert.True(sealer.TryOpen(Hex(vector["block"]), Hex(vector["associatedData"]), out var rows));
            Assert.Equal(Text(vector["rows"]), Convert.ToHexStringLower(rows));
        }
    }

    [Fact]
    public void A_wrapped_key_of_the_vectors_unwraps()
    {
        var vector = Vectors["keyWrap"]!;

        Assert.True(KeyWrap.TryUnwrap(
            new(Hex(vector["masterKey"])), Text(vector["subject"]), Hex(vector["wrapped"]), out var key));
        Assert.Equal(Text(vector["key"]), Convert.ToHexStringLower(key));
    }

    [Fact]
    public void Ids_and_salts_are_what_the_vectors_say()
    {
        var vector = Vectors["ids"]!;
        var secret = Hex(vector["secret"]);
        var (pseudonym, identifier, salt) = (vector["pseudonym"]!, vector["identifier"]!, vector["salt"]!);
        var agreement = ChainId.Parse(Text(pseudonym["agreement"]));
        var household = ChainId.Parse(Text(pseudonym["household"]));

        Assert.Equal(
            vector["created"]!.AsArray().Select(Text),
            new[] { 0, 1, 128 }.Select(ordinal => SecretIds.ForCreated(
                secret,
                new(Bytes16.From(Hex(vector["exchange"]))),
                ChainId.Parse(Text(vector["actor"])),
                new(Bytes16.From(Hex(vector["commandId"]))),
                ordinal).Value));
        Assert.Equal(
            Text(pseudonym["ofMember"]),
            SecretIds.Pseudonym(secret, agreement, household, Text(pseudonym["member"])).Value);
        Assert.Equal(
            Text(pseudonym["ofHousehold"]), SecretIds.Pseudonym(secret, agreement, household, member: null).Value);
        Assert.Equal(
            Text(identifier["key"]),
            SecretIds.IdentifierKey(
                secret,
                GrainKey.Parse(Text(identifier["department"])),
                Text(identifier["scheme"]),
                Text(identifier["value"])).Value);
        Assert.Equal(
            Text(salt["salt"]),
            SecretIds.Salt(
                secret, ChainId.Parse(Text(salt["chain"])), new(salt["index"]!.GetValue<long>())).Value.ToString());
    }

    [Fact]
    public void A_short_secret_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => SecretIds.Salt(Encoding.ASCII.GetBytes("short"), ChainId.Parse("department/health"), new(0)));

    private static byte[] Hex(JsonNode? node) => Convert.FromHexString(Text(node));

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
