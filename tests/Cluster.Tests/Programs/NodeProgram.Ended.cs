using System.Diagnostics;
using System.Net;

namespace Exchange.Cluster.Tests.Programs;

internal sealed partial class NodeProgram
{
    /// <summary>Waits until it ends by itself; answers the exit code.</summary>
    internal async Task<int> EndedAsync()
    {
        using var limit = new CancellationTokenSource(TimeMax);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Sends a command whose text does not end: it is neither answered nor given up by itself.</summary>
    internal async Task SendWithoutEndAsync(string path, string token)
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path))
        {
            Content = new EndlessContent { Headers = { ContentType = new("application/json") } },
        };
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await client.SendAsync(request);
    }

    /// <summary>Waits until something is so, as long as it runs.</summary>
    internal async Task UntilAsync(Func<bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var waited = Stopwatch.StartNew();
        while (!isSo() && await timer.WaitForNextTickAsync())
        {
            Assert.False(_process.HasExited || waited.Elapsed > TimeMax, Log);
        }
    }

    private sealed class EndlessContent : HttpContent
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
}
