using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Api.Security;
using Exchange.Ledger;

namespace Exchange.Api.Tests;

/// <summary>Which tokens are worth something, and for how long.</summary>
public sealed class TokenTests(Story story) : IClassFixture<Story>
{
    private static readonly ChainId Self = ChainId.Parse("operator/self");

    [Fact]
    public async Task No_token_and_no_sense_are_refused()
    {
        foreach (var token in new[] { null, "", "a.b.c", "x" })
        {
            var reply = await story.Node.WithToken(token).Get("/v1/departments");
            reply.Problem(HttpStatusCode.Unauthorized, "token-invalid");
            Assert.StartsWith("Bearer", reply.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_expired_token_is_refused() => await IsRefused(
        story.Node.Issuer.Issue(Role.Operator, Self, lifetime: TimeSpan.FromSeconds(-1)));

    [Fact]
    public async Task A_token_of_another_node_is_refused()
    {
        await using var other = await TestNode.StartAsync();

        await IsRefused(other.Issuer.Issue(Role.Operator, Self));
    }

    [Fact]
    public async Task A_token_for_another_audience_is_refused()
    {
        await using var other = await TestNode.StartAsync(new ApiOptions { Audience = "elsewhere" });
        (await other.As("operator/self").Get("/v1/departments")).Ok();

        await IsRefused(Altered(payload => payload["aud"] = "elsewhere"));
    }

    [Fact]
    public async Task A_token_that_was_changed_is_refused() =>
        await IsRefused(Altered(payload => payload["role"] = "regulator"));

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS256")]
    public async Task Another_algorithm_is_refused(string algorithm)
    {
        var parts = story.Operator.Token!.Split('.');
        var header = Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""");
        var mac = HMACSHA256.HashData("key"u8, Encoding.ASCII.GetBytes($"{header}.{parts[1]}"));

        await IsRefused($"{header}.{parts[1]}.{(algorithm == "none" ? "" : Encode(mac))}");
    }

    [Theory]
    [InlineData(Role.Process, "process/x")]
    [InlineData(Role.System, "system/node")]
    [InlineData(Role.Operator, "exchange/self")]
    [InlineData(Role.Buyer, "operator/self")]
    public void A_token_cannot_carry_what_is_no_party(Role role, string subject) =>
        Assert.Throws<ArgumentException>(() => story.Node.Issuer.Issue(role, ChainId.Parse(subject)));

    [Fact]
    public void Only_an_officer_acts_for_a_department()
    {
        var department = ChainId.Parse("department/relief");

        Assert.False(TokenSubject.Fits(Role.Officer, ChainId.Parse("officer/li"), onBehalfOf: null));
        Assert.False(TokenSubject.Fits(Role.Buyer, ChainId.Parse("buyer/acme"), department));
        Assert.True(TokenSubject.Fits(Role.Officer, ChainId.Parse("officer/li"), department));
    }

    [Fact]
    public async Task A_suspended_buyers_tokens_end_at_once_and_live_again()
    {
        var buyer = story.Node.As("buyer/initech");
        (await buyer.Post("/v1/buyers", Story.BuyerBody())).Created();
        (await story.Operator.Post("/v1/buyers/initech/approve")).Ok();
        (await buyer.Get("/v1/buyers/initech")).Ok();

        (await story.Operator.Post("/v1/buyers/initech/suspend", new { reason = "fraud" })).Ok();
        (await buyer.Get("/v1/buyers/initech")).Problem(HttpStatusCode.Unauthorized, "token-invalid");

        (await story.Operator.Post("/v1/buyers/initech/reinstate")).Ok();
        (await buyer.Get("/v1/buyers/initech")).Ok();
    }

    [Fact]
    public async Task A_revoked_officers_tokens_end_at_once()
    {
        (await story.Department.Post("/v1/departments/relief/officers", Story.OfficerBody("short", "52"))).Created();
        var officer = story.Node.As("officer/short", "department/relief");
        (await officer.Get("/v1/households")).Ok();

        (await story.Department.Post("/v1/officers/short/revoke")).Ok();

        (await officer.Get("/v1/households")).Problem(HttpStatusCode.Unauthorized, "token-invalid");
    }

    [Fact]
    public async Task An_officer_of_another_department_than_the_token_says_is_refused() => (await story.Node
        .As("officer/li", "department/health").Get("/v1/households"))
        .Problem(HttpStatusCode.Unauthorized, "token-invalid");

    private async Task IsRefused(string token) => (await story.Node.WithToken(token).Get("/v1/departments"))
        .Problem(HttpStatusCode.Unauthorized, "token-invalid");

    private string Altered(Action<Dictionary<string, object>> alter)
    {
        var parts = story.Operator.Token!.Split('.');
        var payload = JsonSerializer.Deserialize<Dictionary<string, object>>(
            System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]))!;
        alter(payload);
        return $"{parts[0]}.{Encode(JsonSerializer.Serialize(payload))}.{parts[2]}";
    }

    private static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
