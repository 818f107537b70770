using System.Text;

namespace Exchange.Chaos.Clients;

/// <summary>A delivery's content as it comes: read line by line, so that something may happen in its middle.</summary>
public sealed class Download : IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _reader;
    private readonly List<string> _rows = [];

    private Download(HttpResponseMessage answer, Stream content, string delivery)
    {
        _answer = answer;
        _reader = new(content, Encoding.UTF8);
        Delivery = delivery;
    }

    /// <summary>The delivery's id.</summary>
    public string Delivery { get; }

    /// <summary>The header line, without which no row was read yet.</summary>
    public string Header { get; private set; } = "";

    /// <summary>Rows read so far.</summary>
    public IReadOnlyList<string> Rows => _rows;

    /// <summary>Starts a delivery and opens its content.</summary>
    public static async Task<Download> StartAsync(ExchangeClient client, string token, string agreement, Guid key)
    {
        var started = (await client.PostAsync(token, $"/v1/agreements/{agreement}/deliveries", key)).Expect();
        return await OpenAsync(client, token, started.Data["id"]!.GetValue<string>());
    }

    /// <summary>Opens the content of a delivery that was started.</summary>
    public static async Task<Download> OpenAsync(ExchangeClient client, string token, string delivery)
    {
        var answer = await client.OpenAsync(token, $"/v1/deliveries/{delivery}/content");
        _ = answer.EnsureSuccessStatusCode();
        return new(answer, await answer.Content.ReadAsStreamAsync(), delivery);
    }

    /// <summary>Reads until this many rows are here or the content ends.</summary>
    public async Task ReadAsync(int rows)
    {
        while (_rows.Count < rows && await _reader.ReadLineAsync() is { } line)
        {
            if (Header.Length == 0)
            {
                Header = line;
            }
            else
            {
                _rows.Add(line);
            }
        }
    }

    /// <summary>Reads to the end.</summary>
    public Task ReadAllAsync() => ReadAsync(int.MaxValue);

    public void Dispose()
    {
        _reader.Dispose();
        _answer.Dispose();
    }
}
