using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Chaos.Clients;

/// <summary>A caller of the API: says what it got, status and JSON, and lets broken connections through.</summary>
/// <param name="patience">How long it waits for an answer; minutes unless told otherwise.</param>
/// <param name="tally">Counts the answers; nobody does where there is none.</param>
public sealed class ExchangeClient(Uri address, TimeSpan? patience = null, Tally? tally = null) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
    {
        BaseAddress = address,
        Timeout = patience ?? TimeSpan.FromMinutes(5),
    };

    public Uri Address => address;

    public Task<Answer> PostAsync(
        string token, string path, Guid key, JsonNode? body = null, string? caseNumber = null) =>
        SendAsync(HttpMethod.Post, token, path, key, JsonBody(body ?? new JsonObject()), caseNumber);

    public Task<Answer> SendAsync(HttpMethod method, string token, string path, Guid key, JsonNode body) =>
        SendAsync(method, token, path, key, JsonBody(body), caseNumber: null);

    public Task<Answer> PutCsvAsync(string token, string path, Guid key, string csv) =>
        PutCsvAsync(token, path, key, new ByteArrayContent(Encoding.UTF8.GetBytes(csv)));

    /// <summary>Puts content that need not fit into memory.</summary>
    public Task<Answer> PutCsvAsync(string token, string path, Guid key, HttpContent content)
    {
        content.Headers.ContentType = new("text/csv") { CharSet = "utf-8" };
        return SendAsync(HttpMethod.Put, token, path, key, content, caseNumber: null);
    }

    public Task<Answer> GetAsync(string token, string path, string? caseNumber = null) =>
        SendAsync(HttpMethod.Get, token, path, key: null, content: null, caseNumber);

    /// <summary>Opens an answer as a stream; the caller reads the status first.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string token, string path, string? caseNumber = null)
    {
        using var request = Request(HttpMethod.Get, token, path, key: null, caseNumber);
        var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        tally?.Opened((int)answer.StatusCode);
        return answer;
    }

    public void Dispose() => _client.Dispose();

    private async Task<Answer> SendAsync(
        HttpMethod method, string token, string path, Guid? key, HttpContent? content, string? caseNumber)
    {
        using var request = Request(method, token, path, key, caseNumber);
        request.Content = content;
        var waited = Stopwatch.StartNew();
        try
        {
            using var response = await _client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            var json = text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null;
            var answer = new Answer(
                (int)response.StatusCode, json,
                response.Headers.TryGetValues("Idempotent-Replayed", out var replayed) && replayed.Contains("true"),
                text);
            tally?.Answered(answer, waited.Elapsed, $"{method} {path}");
            return answer;
        }
        catch (TaskCanceledException late) when (late.InnerException is TimeoutException)
        {
            tally?.Hung($"{method} {path}");
            throw;
        }
    }

    private static StringContent JsonBody(JsonNode body) =>
        new(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    private static HttpRequestMessage Request(
        HttpMethod method, string token, string path, Guid? key, string? caseNumber)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", token);
        if (key is { } id)
        {
            request.Headers.Add("Idempotency-Key", id.ToString("D"));
        }

        if (caseNumber is not null)
        {
            request.Headers.Add("Case-Number", caseNumber);
        }

        return request;
    }
}
