using System.Net;
using System.Net.Sockets;

namespace Exchange.Cluster.Tests.Programs;

/// <summary>A line from a port to the socket of a server, until it is cut: then nobody gets through any more.</summary>
internal sealed class CutLine : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port: 0);
    private readonly CancellationTokenSource _cut = new();
    private readonly UnixDomainSocketEndPoint _server;

    internal CutLine(string socket)
    {
        _server = new(socket);
        _listener.Start();
        _ = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal void Cut()
    {
        _cut.Cancel();
        _listener.Stop();
    }

    public void Dispose()
    {
        Cut();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_cut.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await _listener.AcceptSocketAsync(_cut.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                // It is cut.
                return;
            }
        }
    }

    private async Task CarryAsync(Socket caller)
    {
        using (caller)
        using (var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            try
            {
                await server.ConnectAsync(_server, _cut.Token);
                await using var near = new NetworkStream(caller);
                await using var far = new NetworkStream(server);
                _ = await Task.WhenAny(near.CopyToAsync(far, _cut.Token), far.CopyToAsync(near, _cut.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or IOException)
            {
                // Either end is gone, or it is cut.
            }
        }
    }
}
