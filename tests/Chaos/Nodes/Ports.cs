using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Exchange.Chaos.Nodes;

/// <summary>Ports for nodes of this machine.</summary>
public static class Ports
{
    // Below the ports that systems hand out by themselves, one of which a caller of a dead node might get as its own.
    private const int PortMin = 20_000;
    private const int PortCount = 12_000;

    private static int _given = RandomNumberGenerator.GetInt32(PortCount);

    /// <summary>
    /// A port that was free a moment ago and is given once; kept over restarts so that clients find the node again.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = PortMin + (Interlocked.Increment(ref _given) % PortCount);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody else's: another one is tried.
            }
        }
    }
}
