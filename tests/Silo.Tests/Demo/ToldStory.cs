using System.Text;
using System.Text.Json.Nodes;
using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Demo;

/// <summary>
/// The story told once, on a table as spreadsheets write them: byte order mark, quotes, line breaks in cells, names
/// that are not ASCII, numbers that are none everywhere, and a column called <c>subject</c>.
/// </summary>
public sealed class ToldStory : IAsyncLifetime, IDisposable
{
    public const int HouseholdCount = 60;

    /// <summary>A cell that must never be in a log.</summary>
    public const string Secret = "Wang Xiaoming of the upper village";

    private readonly WorkFolder _folder = new();

    public string Data => _folder.Data;

    public Ended Ended { get; private set; } = new(-1, "", "");

    public JsonObject Report => JsonNode.Parse(Ended.Output)!.AsObject();

    public string Evidence => Report["evidence"]!.GetValue<string>();

    public async Task InitializeAsync()
    {
        var table = new StringBuilder("\ufeff编号,\"备注, free text\",subject,income,share,empty\r\n");
        for (var row = 0; row < HouseholdCount; row++)
        {
            _ = table.Append($"\"K-{row:D3}\",\"{Secret} said \"\"{row}\"\"\n=1+1\",s{row},{row * 7},")
                .Append(row == 3 ? "1." : "1.5").Append(",\r\n");
        }

        Ended = await ExchangeProgram.RunAsync(
            "demo", "--households", _folder.Write("table.csv", table.ToString()), "--key", "编号", "--data", Data);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}
