using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Exchange.Silo.Node;

namespace Exchange.Silo.Commands;

/// <summary>The options to join a cluster with; the environment stands in for those that are absent.</summary>
internal sealed class ClusterOptions
{
    private const int PortMax = 65_535;
    private const int SiloPortDefault = 11_111;
    private const int GatewayPortDefault = 30_000;
    private const string SiloPortVariable = "EXCHANGE_SILO_PORT";
    private const string GatewayPortVariable = "EXCHANGE_GATEWAY_PORT";

    private readonly Option<bool> _cluster = new("--cluster")
    {
        Description = "Joins a cluster as a silo: hosts a part of the grains and serves the API.",
    };

    private readonly Option<bool> _gateway = new("--gateway")
    {
        Description = "Joins a cluster without hosting grains: serves the API alone.",
    };

    private readonly Option<int> _siloPort = Port(
        "--silo-port", SiloPortVariable, SiloPortDefault, "Where other silos reach this one.");

    private readonly Option<int> _gatewayPort = Port(
        "--gateway-port", GatewayPortVariable, GatewayPortDefault, "Where nodes without grains reach this silo.");

    private readonly Option<IPAddress> _advertise = new("--advertise")
    {
        Description = "The address at which other nodes reach this silo [EXCHANGE_ADVERTISE, 127.0.0.1].",
        HelpName = "IP",
        DefaultValueFactory = result => Variable("EXCHANGE_ADVERTISE") is { } text
            ? ParseAddress(result, "EXCHANGE_ADVERTISE", text)
            : IPAddress.Loopback,
        CustomParser = result => ParseAddress(result, "--advertise", result.Tokens[0].Value),
    };

    private readonly Option<string> _clusterId = Name(
        "--cluster-id", "EXCHANGE_CLUSTER_ID", "Nodes of one id on one database are one cluster.");

    private readonly Option<string> _serviceId = Name(
        "--service-id", "EXCHANGE_SERVICE_ID", "The name under which the cluster keeps what it keeps.");

    private Option[] Settings => [_siloPort, _gatewayPort, _advertise, _clusterId, _serviceId];

    internal void AddTo(Command command, Option<StoreKind> store)
    {
        foreach (var option in (Option[])[_cluster, _gateway, .. Settings])
        {
            command.Add(option);
        }

        command.Validators.Add(result => RefuseTogether(result, store));
    }

    /// <summary>How the node joins; nothing where it stays alone.</summary>
    internal ClusterJoin? Of(ParseResult result)
    {
        if (!result.GetValue(_cluster) && !result.GetValue(_gateway))
        {
            return null;
        }

        return new(
            result.GetValue(_cluster) ? ClusterRole.Silo : ClusterRole.Gateway, result.GetValue(_clusterId)!,
            result.GetValue(_serviceId)!, result.GetValue(_advertise)!, result.GetValue(_siloPort),
            result.GetValue(_gatewayPort));
    }

    private void RefuseTogether(CommandResult result, Option<StoreKind> store)
    {
        var (isSilo, isGateway) = (result.GetValue(_cluster), result.GetValue(_gateway));
        if (isSilo && isGateway)
        {
            result.AddError("--cluster and --gateway exclude each other: a node hosts grains or it does not.");
        }

        if ((isSilo || isGateway) && GivenText(result, store) is "sqlite")
        {
            result.AddError(
                "A cluster shares a database: expected --store postgres, or no --store at all, found sqlite.");
        }

        if (isSilo && PortOf(result, _siloPort, SiloPortVariable, SiloPortDefault) is { } port
            && PortOf(result, _gatewayPort, GatewayPortVariable, GatewayPortDefault) == port)
        {
            result.AddError($"--silo-port and --gateway-port: expected two ports, found {port} for both.");
        }

        // Whoever names a cluster and forgets to join it would get a node of its own, with chains of its own.
        var lonely = isSilo || isGateway
            ? null
            : Array.Find(Settings, option => GivenText(result, option) is not null);
        if (lonely is not null)
        {
            result.AddError($"{lonely.Name} is for a node of a cluster: expected --cluster or --gateway beside it.");
        }
    }

    private static Option<int> Port(string name, string variable, int otherwise, string description) => new(name)
    {
        Description = $"{description} [{variable}, {otherwise}]",
        HelpName = "PORT",
        DefaultValueFactory = result =>
            Variable(variable) is { } text ? ParsePort(result, variable, text) : otherwise,
        CustomParser = result => ParsePort(result, name, result.Tokens[0].Value),
    };

    private static Option<string> Name(string name, string variable, string description) => new(name)
    {
        Description = $"{description} [{variable}, exchange]",
        HelpName = "NAME",
        DefaultValueFactory = result =>
            Variable(variable) is { } text ? ParseName(result, variable, text) : "exchange",
        CustomParser = result => ParseName(result, name, result.Tokens[0].Value),
    };

    private static int ParsePort(ArgumentResult result, string source, string text)
    {
        if (ReadPort(text) is { } port)
        {
            return port;
        }

        result.AddError($"{source}: expected a port, 1 to {PortMax}, found '{text}'.");
        return default;
    }

    private static IPAddress ParseAddress(ArgumentResult result, string source, string text)
    {
        // Only as it is written back: 10.1 and 010.0.0.1 would be read as addresses that nobody meant.
        if (IPAddress.TryParse(text, out var address) && IsOfOneMachine(address)
            && address.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
        {
            return address;
        }

        result.AddError(
            $"{source}: expected an IP address at which other nodes reach this one, such as 10.0.0.5, found '{text}'.");
        return IPAddress.None;
    }

    // Below are "this machine" and "any", from 224 on groups, what is reserved, and "all".
    private static bool IsOfOneMachine(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes()[0] is > 0 and < 224
        : !address.Equals(IPAddress.IPv6Any) && !address.IsIPv6Multicast;

    private static string ParseName(ArgumentResult result, string source, string text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            return text;
        }

        result.AddError($"{source}: expected a name, found '{text}'.");
        return "";
    }

    private static int? ReadPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= PortMax ? port : null;

    // By its text: while options are looked at together, a default is not there yet, and to ask for one that cannot be
    // read throws.
    private static int? PortOf(CommandResult result, Option option, string variable, int otherwise) =>
        (GivenText(result, option) ?? Variable(variable)) is { } text ? ReadPort(text) : otherwise;

    private static string? GivenText(CommandResult result, Option option) =>
        result.GetResult(option) is { Implicit: false, Tokens: [{ Value: var text }] } ? text : null;

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
