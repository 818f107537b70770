using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Api.Tests;

/// <summary>The contract is a file.</summary>
public sealed class DocumentTests(Story story) : IClassFixture<Story>
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>EXCHANGE_ACCEPT=1 writes the file anew: the difference is then for a person to judge.</summary>
    [Fact]
    public async Task The_served_document_is_the_one_that_is_checked_in()
    {
        var served = (await story.Anonymous.Get("/openapi/v1.json")).Ok().Json.ToJsonString(Indented) + "\n";
        var path = Path.Combine(RootOf(AppContext.BaseDirectory), "src", "Api", "openapi.json");
        if (Environment.GetEnvironmentVariable("EXCHANGE_ACCEPT") == "1")
        {
            await File.WriteAllTextAsync(path, served);
        }

        Assert.Equal(await File.ReadAllTextAsync(path), served);
    }

    [Fact]
    public async Task Every_operation_has_a_name_a_summary_and_roles()
    {
        var document = (await story.Anonymous.Get("/openapi/v1.json")).Ok().Json;
        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).ToList();

        Assert.All(operations, operation =>
        {
            Assert.NotEmpty(operation.Value!["operationId"]!.GetValue<string>());
            Assert.NotEmpty(operation.Value["summary"]!.GetValue<string>());
            Assert.NotEmpty(operation.Value["x-roles"]!.AsArray());
        });
        var names = operations.Select(operation => operation.Value!["operationId"]!.GetValue<string>()).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/docs/index.html")]
    [InlineData("/docs/swagger-ui-bundle.js")]
    public async Task What_needs_no_token_is_there(string path) =>
        Assert.Equal(HttpStatusCode.OK, (await story.Anonymous.Get(path)).Status);

    private static string RootOf(string folder) =>
        File.Exists(Path.Combine(folder, "Exchange.sln"))
            ? folder
            : RootOf(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No Exchange.sln above."));
}
