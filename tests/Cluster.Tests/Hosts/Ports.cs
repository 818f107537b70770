using System.Net;
using System.Net.Sockets;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>Ports that nobody listens on at present.</summary>
internal static class Ports
{
    internal static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
