using System.Net;
using System.Text;
using Exchange.Chaos.Clients;

namespace Exchange.Chaos.Limits;

/// <summary>A table as large as asked about few households, made while it is sent and never whole anywhere.</summary>
public sealed class RepeatedCsv(int households, int rowsOfEach) : HttpContent
{
    private static readonly string Cause = new('c', 200);

    /// <summary>How many bytes were sent.</summary>
    public long SizeBytes { get; private set; }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await WriteAsync(stream, "number,cause,income\r\n");
        var lines = new StringBuilder();
        for (var row = 0; row < rowsOfEach; row++)
        {
            // Row by row over all households: nothing of one household stands together, so all of it must be sorted.
            for (var household = 0; household < households; household++)
            {
                _ = lines.Append(World.NumberOf(household)).Append(',').Append(Cause).Append(',').Append(row)
                    .Append("\r\n");
            }

            await WriteAsync(stream, lines.ToString());
            _ = lines.Clear();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async Task WriteAsync(Stream stream, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        SizeBytes += bytes.Length;
        await stream.WriteAsync(bytes);
    }
}
