using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exchange.Silo.Demo;

/// <summary>
/// The node's HTTP API as a party of the story uses it: JSON in, JSON out, the same key for the same step.
/// </summary>
internal sealed class DemoApi(Uri address, int seed) : IDisposable
{
    private const int TriesMax = 20;

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(10),
    };

    /// <summary>
    /// Gives a command; the step's name makes its idempotency key, so that a retry is the same command.
    /// </summary>
    internal Task<JsonElement> PostAsync(
        string token, string step, string path, object? body = null, string? caseNumber = null) =>
        WriteAsync(
            HttpMethod.Post, token, step, path, () => JsonContent.Create(body ?? new { }, options: Json), caseNumber);

    /// <summary>Puts the content of a revision.</summary>
    internal Task<JsonElement> PutCsvAsync(string token, string step, string path, Func<Stream> open) =>
        WriteAsync(HttpMethod.Put, token, step, path, () =>
        {
            var content = new StreamContent(open());
            content.Headers.ContentType = new("text/csv") { CharSet = "utf-8" };
            return content;
        });

    /// <summary>Reads; a regulator states the number of its case.</summary>
    internal async Task<JsonElement> GetAsync(string token, string path, string? caseNumber = null)
    {
        using var answer = await SendAsync(() => Request(HttpMethod.Get, token, path, caseNumber));
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>All items of a list, page by page.</summary>
    internal async Task<List<JsonElement>> ListAsync(string token, string path, string? caseNumber = null)
    {
        List<JsonElement> items = [];
        for (string? cursor = null; ;)
        {
            var page = await GetAsync(
                token, cursor is null ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}", caseNumber);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            if (cursor is null)
            {
                return items;
            }
        }
    }

    /// <summary>Opens an answer that is a stream of bytes.</summary>
    internal async Task<HttpResponseMessage> OpenAsync(string token, string path, string? caseNumber = null)
    {
        using var request = Request(HttpMethod.Get, token, path, caseNumber);
        var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.IsSuccessStatusCode ? answer : throw await ProblemAsync(answer);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The idempotency key of a step: the same in every telling with the same seed.</summary>
    internal Guid KeyOf(string step) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{step}")).AsSpan(0, 16));

    private async Task<JsonElement> WriteAsync(
        HttpMethod method, string token, string step, string path, Func<HttpContent> content, string? caseNumber = null)
    {
        using var answer = await SendAsync(() =>
        {
            var request = Request(method, token, path, caseNumber);
            request.Headers.Add("Idempotency-Key", KeyOf(step).ToString("D"));
            request.Content = content();
            return request;
        });
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    // A node that is busy says when to come back; the same key makes that safe.
    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = make();
            var answer = await _client.SendAsync(request);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            if (attempt == TriesMax
                || answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
            {
                throw await ProblemAsync(answer);
            }

            var wait = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
            answer.Dispose();
            await Task.Delay(wait);
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string token, string path, string? caseNumber)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (caseNumber is not null)
        {
            request.Headers.Add("Case-Number", caseNumber);
        }

        return request;
    }

    private static async Task<DemoException> ProblemAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        var asked = $"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri?.PathAndQuery}";
        answer.Dispose();
        return new DemoException($"{asked} was answered {(int)answer.StatusCode}: {text}");
    }
}
