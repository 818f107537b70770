using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Exchange.Silo.Node;

namespace Exchange.Silo.Commands;

/// <summary>The options to join a cluster with; the environment stands in for those that are absent.</summary>
internal sealed class ClusterOptions
{
    private const int PortMax = 65_535;

    private readonly Option<bool> _cluster = new("--cluster")
    {
        Description = "Joins a cluster as a silo: hosts a part of the grains and serves the API.",
    };

    private readonly Option<bool> _gateway = new("--gateway")
    {
        Description = "Joins a cluster without hosting grains: serves the API alone.",
    };

    private readonly Option<int> _siloPort = Port(
        "--silo-port", "EXCHANGE_SILO_PORT", 11111, "Where other silos reach this one.");

    private readonly Option<int> _gatewayPort = Port(
        "--gateway-port", "EXCHANGE_GATEWAY_PORT", 30000, "Where nodes without grains reach this silo.");

    private readonly Option<IPAddress> _advertise = new("--advertise")
    {
        Description = "The address at which other nodes reach this silo [EXCHANGE_ADVERTISE, 127.0.0.1].",
        HelpName = "IP",
        DefaultValueFactory = result => ParseAddress(result, Variable("EXCHANGE_ADVERTISE") ?? "127.0.0.1"),
        CustomParser = result => ParseAddress(result, result.Tokens[0].Value),
    };

    private readonly Option<string> _clusterId = Name(
        "--cluster-id", "EXCHANGE_CLUSTER_ID", "Nodes of one id on one database are one cluster.");

    private readonly Option<string> _serviceId = Name(
        "--service-id", "EXCHANGE_SERVICE_ID", "The name under which the cluster keeps what it keeps.");

    internal void AddTo(Command command, Option<StoreKind> store)
    {
        foreach (var option in new Option[]
        {
            _cluster, _gateway, _siloPort, _gatewayPort, _advertise, _clusterId, _serviceId,
        })
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_cluster) && result.GetValue(_gateway))
            {
                result.AddError("--cluster and --gateway exclude each other: a node hosts grains or it does not.");
            }

            if ((result.GetValue(_cluster) || result.GetValue(_gateway))
                && result.GetResult(store) is { Implicit: false } && result.GetValue(store) != StoreKind.Postgres)
            {
                result.AddError("A cluster shares a database: expected --store postgres, or no --store at all.");
            }
        });
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

    private static Option<int> Port(string name, string variable, int otherwise, string description) => new(name)
    {
        Description = $"{description} [{variable}, {otherwise}]",
        HelpName = "PORT",
        DefaultValueFactory = result => Variable(variable) is { } text ? ParsePort(result, text) : otherwise,
        CustomParser = result => ParsePort(result, result.Tokens[0].Value),
    };

    private static Option<string> Name(string name, string variable, string description) => new(name)
    {
        Description = $"{description} [{variable}, exchange]",
        HelpName = "NAME",
        DefaultValueFactory = _ => Variable(variable) ?? "exchange",
    };

    private static int ParsePort(ArgumentResult result, string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= PortMax)
        {
            return port;
        }

        result.AddError($"'{text}' is no port: expected 1 to {PortMax}.");
        return 0;
    }

    private static IPAddress ParseAddress(ArgumentResult result, string text)
    {
        if (IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any)
            && !address.Equals(IPAddress.IPv6Any))
        {
            return address;
        }

        result.AddError($"'{text}' is not an address at which other nodes reach this one.");
        return IPAddress.None;
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
