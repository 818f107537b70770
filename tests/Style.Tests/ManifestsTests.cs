using System.Globalization;
using YamlDotNet.RepresentationModel;
using static Exchange.Style.Tests.Reading.DeployFiles;

namespace Exchange.Style.Tests;

/// <summary>The manifests for Kubernetes are complete and agree with each other and with the program.</summary>
public sealed class ManifestsTests
{
    private const string Folder = "deploy/kubernetes";
    private const string Example = $"{Folder}/secrets.example.yaml";
    private const string NameLabel = "app.kubernetes.io/name";

    private static readonly (string Kind, YamlNode Content)[] Resources =
    [
        .. All.Where(file => file.IsUnder(Folder)).SelectMany(Read)
            .Select(document => (document.TextAt("kind"), document)),
    ];

    private static int SiloPort { get; } =
        Number("src/Silo/Commands/ClusterOptions.cs", @"SiloPortDefault = (?<number>\d[\d_]*)");

    private static int GatewayPort { get; } =
        Number("src/Silo/Commands/ClusterOptions.cs", @"GatewayPortDefault = (?<number>\d[\d_]*)");

    private static int ApiPort { get; } = Number("src/Silo/Node/NodeOptions.cs", @"UrlDefault = .*:(?<number>\d+)""");

    [Fact]
    public void Nothing_of_the_cluster_is_missing() => Assert.Equal(
        [
            "Deployment/api", "Job/schema", "Namespace/exchange", "NetworkPolicy/api", "NetworkPolicy/database",
            "NetworkPolicy/nothing-else", "NetworkPolicy/silo", "PodDisruptionBudget/api", "PodDisruptionBudget/silo",
            "Secret/exchange-node", "Secret/exchange-owner", "Service/api", "Service/silo", "ServiceAccount/exchange",
            "StatefulSet/silo",
        ],
        Resources.Where(resource => resource.Kind != "Kustomization")
            .Select(resource => $"{resource.Kind}/{resource.Content.TextAt("metadata", "name")}")
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(Folder)]
    [InlineData($"{Folder}/schema")]
    public void A_kustomization_names_the_files_beside_it_but_the_example(string folder)
    {
        var kustomization = $"{folder}/kustomization.yaml";
        var beside = All.Select(file => file.Path).Where(
            path => Path.GetDirectoryName(path) == folder && path != kustomization && path != Example);

        var named = Read(Of(kustomization)).Single().Items("resources").Select(name => $"{folder}/{name}");

        Assert.Equal(beside.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Containers_listen_where_the_program_does_by_default()
    {
        var ports = Pods().SelectMany(pod => pod.Spec.Items("containers").SelectMany(
            container => container.Items("ports").Select(port => (
                pod.Name, Port: port.TextAt("name"), Number: port.TextAt("containerPort")))));

        Assert.Equal(
            [("api", "http", $"{ApiPort}"), ("silo", "gateway", $"{GatewayPort}"), ("silo", "http", $"{ApiPort}"),
                ("silo", "silo", $"{SiloPort}")],
            ports.Order());
        Assert.Equal(
            [("EXCHANGE_GATEWAY_PORT", $"{GatewayPort}"), ("EXCHANGE_SILO_PORT", $"{SiloPort}")],
            Variables().Where(variable => variable.Name.EndsWith("_PORT", StringComparison.Ordinal)).Order());
        Assert.Contains(
            $"\nEXPOSE {ApiPort} {SiloPort} {GatewayPort}\n", Of("deploy/Containerfile").Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Services_lead_to_ports_of_containers() => Assert.Equal(
        [
            "api http: 80 to http", $"silo gateway: {GatewayPort} to {GatewayPort}",
            $"silo silo: {SiloPort} to {SiloPort}",
        ],
        OfKind("Service").SelectMany(service => service.Items("spec", "ports").Select(port =>
        {
            var target = port.TextAt("targetPort") is { Length: > 0 } named ? named : port.TextAt("port");
            return $"{service.TextAt("spec", "selector", NameLabel)} {port.TextAt("name")}: "
                + $"{port.TextAt("port")} to {target}";
        })).Order(StringComparer.Ordinal));

    [Fact]
    public void Only_those_who_have_to_reach_a_port() => Assert.Equal(
        [
            "api: Ingress Egress", $"api: egress silo {GatewayPort}", $"api: ingress anyone {ApiPort}",
            "database: Egress", "database: egress anyone 5432", "database: egress kube-system 53 53",
            "database: egress true 4317 4318",
            "nothing-else: Ingress Egress",
            "silo: Ingress Egress", $"silo: egress silo {SiloPort} {GatewayPort}",
            $"silo: ingress api {GatewayPort}", $"silo: ingress silo {SiloPort} {GatewayPort}",
            $"silo: ingress true {ApiPort}",
        ],
        OfKind("NetworkPolicy").SelectMany(Rules).Order(StringComparer.Ordinal));

    [Fact]
    public void A_policy_holds_for_the_pods_that_it_is_named_after() => Assert.Equal(
        [("api", "api"), ("database", ""), ("nothing-else", ""), ("silo", "silo")],
        OfKind("NetworkPolicy").Select(policy => (
            policy.TextAt("metadata", "name"),
            policy.TextAt("spec", "podSelector", "matchLabels", NameLabel))).Order());

    [Fact]
    public void Pods_use_the_secrets_of_the_example_and_no_other()
    {
        var used = Pods().SelectMany(pod => SecretFiles(pod.Spec)).Distinct(StringComparer.Ordinal);
        var shown = Read(Of(Example)).SelectMany(secret => ((YamlMappingNode)secret["stringData"]).Children.Select(
            pair => $"{secret.TextAt("metadata", "name")}/{pair.Key}"));

        Assert.Equal(shown.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Settings_that_nobody_makes_may_be_absent() => Assert.All(
        Pods().SelectMany(pod => pod.Spec.Items("containers")).SelectMany(container => container.Items("envFrom")),
        source => Assert.Equal("true", source.TextAt("configMapRef", "optional")));

    private static IEnumerable<YamlNode> OfKind(string kind) =>
        Resources.Where(resource => resource.Kind == kind).Select(resource => resource.Content);

    private static IEnumerable<(string Name, YamlNode Spec)> Pods() =>
        from resource in Resources
        let spec = resource.Content.Find("spec", "template", "spec")
        where spec is not null
        select (resource.Content.TextAt("spec", "template", "metadata", "labels", NameLabel), spec);

    private static IEnumerable<(string Name, string Value)> Variables() => Pods()
        .SelectMany(pod => pod.Spec.Items("containers")).SelectMany(container => container.Items("env"))
        .Select(variable => (variable.TextAt("name"), variable.TextAt("value")));

    /// <summary>What a policy is about, and each of its rules: in or out, with whom, through which ports.</summary>
    private static IEnumerable<string> Rules(YamlNode policy)
    {
        var name = policy.TextAt("metadata", "name");
        yield return $"{name}: {string.Join(' ', policy.Items("spec", "policyTypes"))}";
        foreach (var (direction, side) in new[] { ("ingress", "from"), ("egress", "to") })
        {
            foreach (var rule in policy.Items("spec", direction))
            {
                var peers = rule.Items(side).SelectMany(peer => peer.AllNodes.OfType<YamlMappingNode>())
                    .SelectMany(mapping => mapping.Children.Values).OfType<YamlScalarNode>().ToList();
                var ports = rule.Items("ports").Select(port => port.TextAt("port"));
                yield return $"{name}: {direction} {(peers.Count == 0 ? "anyone" : string.Join(' ', peers))} "
                    + string.Join(' ', ports);
            }
        }
    }

    /// <summary>Which keys of which secrets a pod reads, by the files that its containers are told of.</summary>
    private static IEnumerable<string> SecretFiles(YamlNode pod)
    {
        var secrets = pod.Items("volumes").ToDictionary(
            volume => volume.TextAt("name"), volume => volume.TextAt("secret", "secretName"), StringComparer.Ordinal);
        foreach (var container in pod.Items("containers").Concat(pod.Items("initContainers")))
        {
            var words = container.AllNodes.OfType<YamlScalarNode>().Select(word => word.Value ?? "").ToList();
            foreach (var mount in container.Items("volumeMounts"))
            {
                if (secrets.GetValueOrDefault(mount.TextAt("name")) is { Length: > 0 } secret)
                {
                    var folder = mount.TextAt("mountPath") + "/";
                    foreach (var word in words.Where(word => word.StartsWith(folder, StringComparison.Ordinal)))
                    {
                        yield return $"{secret}/{word[folder.Length..]}";
                    }
                }
            }
        }
    }

    private static int Number(string path, string pattern)
    {
        var match = Pattern.Of(pattern).Match(Repository.Text(path));
        Assert.True(match.Success, $"{path}: expected {pattern}");
        return int.Parse(
            match.Groups["number"].Value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
