using System.Net;
using System.Net.Sockets;

namespace Exchange.Cluster.Tests.Programs;

/// <summary>
/// A line from a port to the socket of a server, until it is cut: then nobody gets through any more. What is sent while
/// it is held arrives when it is released.
/// </summary>
internal sealed class CutLine : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port: 0);
    private readonly CancellationTokenSource _cut = new();
    private readonly UnixDomainSocketEndPoint _server;
    private volatile Task _passing = Task.CompletedTask;
    private TaskCompletionSource? _held;

    internal CutLine(string socket)
    {
        _server = new(socket);
        _listener.Start();
        _ = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal void Hold()
    {
        _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _passing = _held.Task;
    }

    internal void Release() => _held!.SetResult();

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
                _ = await Task.WhenAny(CopyAsync(near, far), CopyAsync(far, near));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or IOException)
            {
                // Either end is gone, or it is cut.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[8 * 1024];
        while (await from.ReadAsync(buffer, _cut.Token) is > 0 and var length)
        {
            await _passing.WaitAsync(_cut.Token);
            await to.WriteAsync(buffer.AsMemory(0, length), _cut.Token);
        }
    }
}
