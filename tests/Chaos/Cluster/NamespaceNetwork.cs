using System.ComponentModel;
using System.Diagnostics;

namespace Exchange.Chaos.Cluster;

/// <summary>
/// A network namespace for each silo, with two links: one to a bridge of the cluster, where silos and API nodes talk,
/// and one to a bridge in front, where clients call a silo's API and the database listens.
/// </summary>
public sealed class NamespaceNetwork : ISiloNetwork
{
    private const int PrefixLength = 24;
    private const int FirstSilo = 10;

    private static int _networks;

    private readonly string _name;
    private readonly int _subnet;
    private readonly int _silos;

    // Each of a process has names and addresses of its own: the kernel takes one down after it was told to.
    private NamespaceNetwork(int silos)
    {
        var number = Interlocked.Increment(ref _networks);
        _name = $"x{Environment.ProcessId % 100_000}{(char)('a' + (number % 26))}";
        _subnet = 1 + ((Environment.ProcessId + number) % 250);
        _silos = silos;
    }

    public bool CanCut => true;

    public SubnetHost? Database => new(HostOf(Side.Front, 1), $"{HostOf(Side.Front, 0)}/{PrefixLength}");

    private string ClusterBridge => $"{_name}c";

    private string FrontBridge => $"{_name}f";

    /// <summary>Why there can be none on this machine; nothing where there can.</summary>
    public static async Task<string?> FindObstacleAsync()
    {
        if (Environment.UserName != "root")
        {
            return $"network namespaces need root, not {Environment.UserName}";
        }

        try
        {
            // Root may be confined, and then finds out at the first attempt.
            await using var tried = await CreateAsync(silos: 1);
            await RunAsync([.. tried.WrapperOf(0), "true"]);
            return null;
        }
        catch (Win32Exception missing)
        {
            return missing.Message;
        }
        catch (InvalidOperationException failed)
        {
            return failed.Message;
        }
    }

    public static async Task<NamespaceNetwork> CreateAsync(int silos)
    {
        var network = new NamespaceNetwork(silos);
        try
        {
            await network.AddBridgeAsync(Side.Cluster);
            await network.AddBridgeAsync(Side.Front);
            for (var silo = 0; silo < silos; silo++)
            {
                await IpAsync("netns", "add", network.NamespaceOf(silo));
                await network.IpInAsync(silo, "link", "set", "lo", "up");
                await network.AddLinkAsync(silo, Side.Cluster);
                await network.AddLinkAsync(silo, Side.Front);
            }

            (var created, network) = (network, null);
            return created;
        }
        finally
        {
            if (network is not null)
            {
                await network.DisposeAsync();
            }
        }
    }

    public string AdvertisedOf(int silo) => HostOf(Side.Cluster, FirstSilo + silo);

    public string FrontOf(int silo) => HostOf(Side.Front, FirstSilo + silo);

    public IReadOnlyList<string> WrapperOf(int silo) => ["nsenter", $"--net=/run/netns/{NamespaceOf(silo)}", "--"];

    public async Task CutAsync(int silo, CutFrom from)
    {
        await IpAsync("link", "set", LinkOf(silo, Side.Cluster), "down");
        if (from == CutFrom.Everything)
        {
            await IpAsync("link", "set", LinkOf(silo, Side.Front), "down");
        }
    }

    public async Task MendAsync(int silo)
    {
        await IpAsync("link", "set", LinkOf(silo, Side.Front), "up");
        await IpAsync("link", "set", LinkOf(silo, Side.Cluster), "up");
    }

    public async ValueTask DisposeAsync()
    {
        for (var silo = 0; silo < _silos; silo++)
        {
            if (File.Exists($"/run/netns/{NamespaceOf(silo)}"))
            {
                await IpAsync("netns", "delete", NamespaceOf(silo));
            }

            await DeleteLinkAsync(LinkOf(silo, Side.Cluster));
            await DeleteLinkAsync(LinkOf(silo, Side.Front));
        }

        await DeleteLinkAsync(ClusterBridge);
        await DeleteLinkAsync(FrontBridge);
    }

    // A namespace takes its end of a link with it, but not at once.
    private static async Task DeleteLinkAsync(string link)
    {
        if (!Directory.Exists($"/sys/class/net/{link}"))
        {
            return;
        }

        try
        {
            await IpAsync("link", "delete", link);
        }
        catch (InvalidOperationException) when (!Directory.Exists($"/sys/class/net/{link}"))
        {
            // It went between the look and the deletion.
        }
    }

    private static Task IpAsync(params IReadOnlyList<string> words) => RunAsync(["ip", .. words]);

    private static async Task RunAsync(IReadOnlyList<string> command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        _ = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)}: {(await errors).Trim()}");
        }
    }

    private Task IpInAsync(int silo, params IReadOnlyList<string> words) =>
        RunAsync([.. WrapperOf(silo), "ip", .. words]);

    private async Task AddBridgeAsync(Side side)
    {
        var bridge = BridgeOf(side);
        await IpAsync("link", "add", bridge, "type", "bridge");
        await IpAsync("address", "add", $"{HostOf(side, 1)}/{PrefixLength}", "dev", bridge);
        await IpAsync("link", "set", bridge, "up");
    }

    private async Task AddLinkAsync(int silo, Side side)
    {
        var (outside, inside) = (LinkOf(silo, side), side == Side.Cluster ? "cluster" : "front");
        await IpAsync("link", "add", outside, "type", "veth", "peer", "name", inside, "netns", NamespaceOf(silo));
        await IpAsync("link", "set", outside, "master", BridgeOf(side));
        await IpAsync("link", "set", outside, "up");
        await IpInAsync(
            silo, "address", "add", $"{HostOf(side, FirstSilo + silo)}/{PrefixLength}", "dev", inside);
        await IpInAsync(silo, "link", "set", inside, "up");
    }

    private string BridgeOf(Side side) => side == Side.Cluster ? ClusterBridge : FrontBridge;

    private string NamespaceOf(int silo) => $"{_name}n{silo}";

    private string LinkOf(int silo, Side side) => $"{BridgeOf(side)}{silo}";

    private string HostOf(Side side, int host) => $"10.{(side == Side.Cluster ? 211 : 212)}.{_subnet}.{host}";

    private enum Side
    {
        Cluster = 1,
        Front = 2,
    }
}
