using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Exchange.Api.Tests;

// family: asking the API and what came back

/// <summary>One party at the API.</summary>
public sealed class Client(HttpClient http, string? token)
{
    public string? Token => token;

    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Get, path, body: null, key: null, headers);

    public Task<Reply> Post(string path, object? body = null, string? key = null, params (string, string)[] headers) =>
        Send(HttpMethod.Post, path, JsonOf(body), key ?? Guid.NewGuid().ToString(), headers);

    public Task<Reply> Patch(string path, object body, string? key = null, params (string, string)[] headers) =>
        Send(HttpMethod.Patch, path, JsonOf(body), key ?? Guid.NewGuid().ToString(), headers);

    public Task<Reply> PutCsv(string path, string csv, string? key = null) => Send(
        HttpMethod.Put, path, new StringContent(csv, Encoding.UTF8, "text/csv"), key ?? Guid.NewGuid().ToString());

    public async Task<Reply> Send(
        HttpMethod method, string path, HttpContent? body, string? key, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new(
            response.StatusCode, bytes,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    internal static HttpContent? JsonOf(object? body) => body switch
    {
        null => null,
        string text => new StringContent(text, Encoding.UTF8, "application/json"),
        _ => new StringContent(
            body is JsonNode node ? node.ToJsonString() : System.Text.Json.JsonSerializer.Serialize(body),
            Encoding.UTF8, "application/json"),
    };
}

/// <summary>What came back.</summary>
public sealed record Reply(HttpStatusCode Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonNode Json => JsonNode.Parse(Bytes)!;

    /// <summary>The data of a write or a read.</summary>
    public JsonNode Data => Json["data"]!;

    public string Id => Data["id"]!.GetValue<string>();

    public string? Code => Headers.GetValueOrDefault("Content-Type", "").Contains("json", StringComparison.Ordinal)
        ? Json["code"]?.GetValue<string>()
        : null;

    public string? ETag => Headers.GetValueOrDefault("ETag");

    /// <summary>The reply, once it has the status.</summary>
    public Reply Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"expected {(int)status}, found {(int)Status}: {Text}");
        return this;
    }

    public Reply Created() => Expect(HttpStatusCode.Created);

    public Reply Ok() => Expect(HttpStatusCode.OK);

    /// <summary>Holds the reply to the form of a problem, with this code.</summary>
    public Reply Problem(HttpStatusCode status, string code)
    {
        Expect(status);
        Assert.StartsWith("application/problem+json", Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(code, Code);
        Assert.Equal($"/problems/{code}", Json["type"]!.GetValue<string>());
        Assert.Equal((int)status, Json["status"]!.GetValue<int>());
        Assert.NotEmpty(Json["title"]!.GetValue<string>());
        Assert.NotEmpty(Json["detail"]!.GetValue<string>());
        Assert.NotEmpty(Json["requestId"]!.GetValue<string>());
        _ = Json["retryable"]!.GetValue<bool>();
        return this;
    }
}
