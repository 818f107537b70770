using System.Net;

namespace Exchange.Cluster.Tests.Programs;

/// <summary>Blanks that never end.</summary>
internal sealed class EndlessContent : HttpContent
{
    private static readonly byte[] Blank = [.. Enumerable.Repeat((byte)' ', 512)];

    // Quick enough for who gives up slow callers, and far from the greatest size for minutes.
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        do
        {
            await stream.WriteAsync(Blank);
            await stream.FlushAsync();
        }
        while (await timer.WaitForNextTickAsync());
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
