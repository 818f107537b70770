using System.Net.Sockets;

namespace Exchange.Store.Tests.Postgres;

/// <summary>
/// Stands between a store and its server and carries every byte; on demand it loses the answer to the next question,
/// after the server has given it, and the connection with it.
/// </summary>
internal sealed class SwallowingProxy : IDisposable
{
    // The server's last word on a transaction that is over: ready for another question.
    private static readonly byte[] Ready = [(byte)'Z', 0, 0, 0, 5, (byte)'I'];

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _ends = new();
    private int _swallows;

    internal SwallowingProxy(string serverDirectory)
    {
        ServerDirectory = serverDirectory;
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(Directory, Name)));
        _listener.Listen();
        _ = AcceptAsync();
    }

    /// <summary>The host of a connection string.</summary>
    internal string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("exchange-proxy-").FullName;

    /// <summary>Where the server's socket is; connections made from now on go there.</summary>
    internal string ServerDirectory { get; set; }

    private static string Name => ".s.PGSQL.5432";

    /// <summary>The next question is answered to nobody.</summary>
    internal void SwallowNext() => Volatile.Write(ref _swallows, 1);

    public void Dispose()
    {
        _ends.Cancel();
        _listener.Dispose();
        _ends.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task AcceptAsync()
    {
        var ends = _ends.Token;
        try
        {
            while (!ends.IsCancellationRequested)
            {
                _ = new Pair(this, await _listener.AcceptAsync(ends)).CarryAsync(ends);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private sealed class Pair(SwallowingProxy proxy, Socket client)
    {
        private readonly Socket _server = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private volatile bool _swallows;

        internal async Task CarryAsync(CancellationToken ends)
        {
            try
            {
                await _server.ConnectAsync(
                    new UnixDomainSocketEndPoint(Path.Combine(proxy.ServerDirectory, Name)), ends);
                _ = await Task.WhenAny(QuestionsAsync(ends), AnswersAsync(ends));
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException
                or SocketException)
            {
                // One side is gone, and the other follows.
            }
            finally
            {
                _server.Dispose();
                client.Dispose();
            }
        }

        private async Task QuestionsAsync(CancellationToken ends)
        {
            var buffer = new byte[64 * 1024];
            for (int size; (size = await client.ReceiveAsync(buffer, ends)) > 0;)
            {
                if (Interlocked.Exchange(ref proxy._swallows, 0) == 1)
                {
                    _swallows = true;
                }

                await SendAsync(_server, buffer.AsMemory(0, size), ends);
            }
        }

        private async Task AnswersAsync(CancellationToken ends)
        {
            var buffer = new byte[64 * 1024];
            for (int size; (size = await _server.ReceiveAsync(buffer, ends)) > 0;)
            {
                if (!_swallows)
                {
                    await SendAsync(client, buffer.AsMemory(0, size), ends);
                }
                else if (buffer.AsSpan(0, size).EndsWith(Ready))
                {
                    return;
                }
            }
        }

        private static async Task SendAsync(Socket target, ReadOnlyMemory<byte> bytes, CancellationToken ends)
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await target.SendAsync(bytes, ends)..];
            }
        }
    }
}
