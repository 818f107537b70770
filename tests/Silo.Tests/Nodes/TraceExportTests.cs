using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;
using Exchange.Silo.Node;
using Exchange.Silo.Tests.Programs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Silo.Tests.Nodes;

/// <summary>Spans leave a node for a collector that its environment names, and name nobody.</summary>
public sealed class TraceExportTests : IDisposable
{
    private const string Library = "OpenTelemetry.dll";

    private readonly WorkFolder _folder = new();
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();

    [Fact]
    public async Task Spans_from_the_request_to_the_commit_reach_the_collector_and_name_nobody()
    {
        await using var collector = await Collector.StartAsync();
        await using var node = await RunningNode.StartInAsync(collector.Environment, _folder.Data, ["serve"]);
        var (id, secrets) = await RegisterHouseholdAsync(node);
        using (var missing = await SendAsync(node, secrets[0], HttpMethod.Get, "/planted/path"))
        {
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        }

        // The last of them leave with the node.
        _ = (await node.Program.TerminateAsync()).Good();

        var all = collector.Received;
        Assert.All(collector.Tenants, tenant => Assert.Equal("province", tenant));
        string[] expected =
        [
            "exchange.submit", "exchange.batch", "exchange.decide", "exchange.append", "exchange.store.commit",
            "exchange.kind", "Household", "db.system.name", "sqlite", "POST /v1/households", "GET /v1/households/{id",
            "http.route", "http.response.status_code", "service.name", "service.instance.id", "service.version",
            "deployment.environment.name", "tested", Collector.AsReceived(Convert.FromHexString(_trace.ToHexString())),
        ];
        Assert.All(expected, part => Assert.Contains(part, all, StringComparison.Ordinal));
        string[] unwanted =
        [
            .. secrets, id, "planted", "url.", "user_agent", "client.", "server.address", "127.0.0.1", "host.name",
            "household/",
        ];
        Assert.All(unwanted, part => Assert.DoesNotContain(part, all, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Whatever_else_hangs_on_a_span_stays_here()
    {
        await using var collector = await Collector.StartAsync();
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(collector.Environment.Select(
                static each => KeyValuePair.Create(each.Key, (string?)each.Value)))
            .Build();
        using (TraceExport.StartWhereAsked(settings, NullLogger.Instance))
        {
            using var source = new ActivitySource(Engine.Traces.SourceName);
            var caller = new ActivityContext(
                _trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, "state=planted");
            var link = new ActivityLink(
                new(_trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded),
                new ActivityTagsCollection { ["text"] = "planted" });
            using var span = source.StartActivity("exchange.made", ActivityKind.Internal, caller, links: [link])!;
            using (source.StartActivity("exchange.below"))
            {
                span.DisplayName = "planted";
                _ = span.AddTag("planted", 1).AddTag("planted", 2).SetTag("exchange.kind", "Household")
                    .SetTag("exchange.chain", "planted").SetTag("url.path", "/planted").AddBaggage("text", "planted")
                    .AddException(new InvalidOperationException("planted")).AddEvent(new("planted"))
                    .SetStatus(ActivityStatusCode.Error, "planted");
            }
        }

        Assert.Contains("exchange.made", collector.Received, StringComparison.Ordinal);
        Assert.Contains("exchange.below", collector.Received, StringComparison.Ordinal);
        Assert.Contains("Household", collector.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", collector.Received, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_node_whose_collector_is_away_serves_says_so_and_ends()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = new Uri($"http://{closed.LocalEndpoint}");
        closed.Stop();
        await using var node = await RunningNode.StartInAsync(
            Collector.EnvironmentFor(address), _folder.Data, ["serve"]);
        _ = await RegisterHouseholdAsync(node);
        _ = await node.Program.WaitForLineAsync("Spans are lost");
        _ = await RegisterHouseholdAsync(node);

        var ended = (await node.Program.TerminateAsync()).Good();

        Assert.DoesNotContain(address.Authority, ended.Errors, StringComparison.Ordinal);
    }

    // It takes connections and never answers, so that what is left at the end cannot be sent.
    [Fact]
    public async Task A_node_whose_collector_stands_still_serves_and_ends()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var node = await RunningNode.StartInAsync(
            Collector.EnvironmentFor(new($"http://{silent.LocalEndpoint}")), _folder.Data, ["serve"]);
        _ = await RegisterHouseholdAsync(node);
        using var connection = await silent.AcceptTcpClientAsync();

        _ = (await node.Program.TerminateAsync()).Good();
    }

    [Fact]
    public async Task A_node_whose_environment_names_no_collector_does_not_even_load_what_would_export()
    {
        await using var collector = await Collector.StartAsync();
        var environment = collector.Environment;
        await using (var exporting = await RunningNode.StartInAsync(environment, _folder.In("exporting"), ["serve"]))
        {
            Assert.Contains(Library, await MapsAsync(exporting), StringComparison.Ordinal);
        }

        var before = collector.Received;
        _ = environment.Remove(TraceExport.Variable);
        await using var node = await RunningNode.StartInAsync(environment, _folder.Data, ["serve"]);
        _ = await RegisterHouseholdAsync(node);

        Assert.DoesNotContain(Library, await MapsAsync(node), StringComparison.Ordinal);
        _ = (await node.Program.TerminateAsync()).Good();
        Assert.Equal(before, collector.Received);
    }

    [Theory]
    [InlineData("collector")]
    [InlineData("ftp://127.0.0.1")]
    public async Task A_collector_without_an_address_is_told(string endpoint)
    {
        await using var program = ExchangeProgram.StartIn(
            new() { [TraceExport.Variable] = endpoint },
            "serve", "--data", _folder.Data, "--url", "http://127.0.0.1:0");

        (await program.WaitForEndAsync()).Refused(TraceExport.Variable, "expected");
    }

    public void Dispose() => _folder.Dispose();

    private static Task<string> MapsAsync(RunningNode node) =>
        File.ReadAllTextAsync($"/proc/{node.Program.ProcessId}/maps");

    /// <summary>Answers the id of the household, and what else nobody may learn of.</summary>
    private async Task<(string Id, string[] Secrets)> RegisterHouseholdAsync(RunningNode node)
    {
        var officials = await Tokens.IssueAsync(node.Data, "operator", "operator/main");
        var department = await Tokens.IssueAsync(node.Data, "department", $"department/{World.Department}");
        _ = (await node.Client.PostAsync(officials, "/v1/departments", World.Key("department"), World.DepartmentBody()))
            .Expect();
        using var registered = await SendAsync(
            node, department, HttpMethod.Post, "/v1/households?from=planted", new()
            {
                ["county"] = "520102",
                ["members"] = new JsonArray(new JsonObject { ["adult"] = true, ["details"] = "Planted Newcomer" }),
            });
        var text = await registered.Content.ReadAsStringAsync();
        Assert.True(registered.IsSuccessStatusCode, text);
        var household = JsonNode.Parse(text)!["data"]!;
        var id = household["id"]!.GetValue<string>();
        using var read = await SendAsync(node, department, HttpMethod.Get, $"/v1/households/{id}?from=planted");
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        return (id, [department, officials, household["members"]![0]!["id"]!.GetValue<string>()]);
    }

    private async Task<HttpResponseMessage> SendAsync(
        RunningNode node, string token, HttpMethod method, string path, JsonObject? body = null)
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        request.Headers.Add("traceparent", $"00-{_trace}-{ActivitySpanId.CreateRandom()}-01");
        request.Headers.Add("tracestate", "caller=planted");
        request.Headers.Add("baggage", "caller=planted");
        request.Headers.UserAgent.ParseAdd("planted/1.0");
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), null, "application/json");
        return await client.SendAsync(request);
    }
}
