using System.Net.Sockets;

namespace Exchange.Chaos.Cluster;

public sealed class NamespaceNetworkTests
{
    // Nobody listens there, and who can be reached says so.
    private const int Port = 7777;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MendedMax = TimeSpan.FromSeconds(30);

    [NamespaceFact]
    public async Task A_silo_that_is_cut_off_is_out_of_reach_until_it_is_mended()
    {
        await using var network = await NamespaceNetwork.CreateAsync(silos: 2);
        await UntilReachedAsync(network.AdvertisedOf(0));
        await UntilReachedAsync(network.FrontOf(0));

        await network.CutAsync(0, CutFrom.Cluster);

        Assert.False(await CanReachAsync(network.AdvertisedOf(0)));
        Assert.True(await CanReachAsync(network.FrontOf(0)));
        Assert.True(await CanReachAsync(network.AdvertisedOf(1)));

        await network.CutAsync(0, CutFrom.Everything);

        Assert.False(await CanReachAsync(network.FrontOf(0)));

        await network.MendAsync(0);

        await UntilReachedAsync(network.AdvertisedOf(0));
        await UntilReachedAsync(network.FrontOf(0));
    }

    private static async Task UntilReachedAsync(string host)
    {
        using var patience = new CancellationTokenSource(MendedMax);
        while (!await CanReachAsync(host))
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<bool> CanReachAsync(string host)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(host, Port, patience.Token);
            return true;
        }
        catch (SocketException said)
        {
            return said.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
