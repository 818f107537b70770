using System.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Exchange.Style.Tests;

/// <summary>What an operator starts from <c>deploy</c> can be read, takes no more than it needs, and fits.</summary>
public sealed class DeployTests
{
    private static readonly string[] Workloads =
        ["deploy/kubernetes/silo.yaml", "deploy/kubernetes/api.yaml", "deploy/kubernetes/schema/job.yaml"];

    private static readonly Regex Variable = Pattern.Of(@"\bEXCHANGE_[A-Z0-9_]*[A-Z0-9]\b");

    private static readonly Regex OwnVariable = Pattern.Of(@"\$\{(?<name>EXCHANGE_[A-Z0-9_]*[A-Z0-9])");

    private static readonly Regex Shell = Pattern.Of(
        @"^(?<indent> *)```bash\n(?<script>.*?)^\k<indent>```$", RegexOptions.Multiline | RegexOptions.Singleline);

    // Units and their settings have endings that no other check reads.
    private static readonly SourceFile[] Files =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy"), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Select(path => new SourceFile(path, Repository.Text(path))),
    ];

    [Fact]
    public void Yaml_parses() => Holds.In(Repository.Files(".yaml").Where(file => file.IsUnder("deploy")), Unreadable);

    [Fact]
    public void Scripts_and_the_commands_of_the_runbook_are_bash() => Holds.In(
        Files.Where(file => file.Name.EndsWith(".sh", StringComparison.Ordinal)).Concat(Commands()), NotBash);

    [Fact]
    public void Pods_are_not_root_and_write_to_volumes_alone() =>
        Holds.In(Files.Where(file => Workloads.Contains(file.Path, StringComparer.Ordinal)), Privileged);

    [Fact]
    public void Containers_are_not_root_and_write_to_volumes_alone()
    {
        var services = (YamlMappingNode)Read(Of("deploy/compose/compose.yaml")).Single()["services"];

        Assert.Contains("\nUSER 1654:1654\n", Of("deploy/Containerfile").Text, StringComparison.Ordinal);
        Assert.All(services.Where(service => service.Key.ToString() != "database"), service =>
        {
            Assert.Equal("true", Find(service.Value, "read_only")?.ToString());
            Assert.Null(Find(service.Value, "user"));
        });
    }

    [Fact]
    public void Probes_ask_what_the_API_serves() => Holds.In(
        Files.Where(file => file.IsUnder("deploy/kubernetes")),
        file => Probes(file, [.. Repository.CSharp("src/Api").SelectMany(code => code.CSharp.Strings)
            .Select(each => each.Text)]));

    [Fact]
    public void Variables_are_those_that_the_program_or_the_files_themselves_read() =>
        Holds.In(Files, file => UnknownVariables(file, KnownVariables()));

    [Fact]
    public void A_breach_is_found()
    {
        Assert.Single(Unreadable(new SourceFile("deploy/a.yaml", "a: 1\nb: [2\nc: 3")));
        Holds.Finds(Unreadable, "deploy/a.yaml", "a: 1\nb: 2\na: 3", line: 3);
        Holds.Finds(NotBash, "deploy/a.sh", "if true; then\n  echo 1", line: 1);
        Holds.Finds(file => Probes(file, ["/health/live"]), "deploy/a.yaml", "x:\nhttpGet: {path: /alive}", line: 2);
        Holds.Finds(
            file => UnknownVariables(file, ["EXCHANGE_POSTGRES"]), "deploy/a.service",
            "Environment=EXCHANGE_POSTGRES=x\nEnvironment=EXCHANGE_POSTGRE=x", line: 2);
        var pod = Of("deploy/kubernetes/silo.yaml").Text;
        Assert.Empty(Privileged(new SourceFile("deploy/a.yaml", pod)));
        Assert.Single(Privileged(new SourceFile(
            "deploy/a.yaml", pod.Replace("runAsNonRoot: true", "runAsNonRoot: false", StringComparison.Ordinal))));
        Assert.Equal(2, Privileged(new SourceFile(
            "deploy/a.yaml",
            pod.Replace("readOnlyRootFilesystem: true", "privileged: true", StringComparison.Ordinal))).Count());
    }

    private static SourceFile Of(string path) => Files.Single(file => file.Path == path);

    private static IEnumerable<YamlNode> Read(SourceFile file)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(file.Text));
        return stream.Documents.Select(document => document.RootNode);
    }

    private static IEnumerable<Offender> Unreadable(SourceFile file)
    {
        try
        {
            _ = Read(file);
            return [];
        }
        catch (YamlException fault)
        {
            return [new Offender(file.Path, (int)fault.Start.Line, fault.Message)];
        }
        catch (InvalidOperationException fault)
        {
            // What is not closed ends the scanner so, without a place.
            return [new Offender(file.Path, 0, fault.Message)];
        }
    }

    private static IEnumerable<SourceFile> Commands() =>
        from file in Files
        where file.Name.EndsWith(".md", StringComparison.Ordinal)
        from block in Shell.Matches(file.Text)
        select new SourceFile($"{file.Path}:{file.LineAt(block.Index)}", block.Groups["script"].Value);

    // Read, not run.
    private static IEnumerable<Offender> NotBash(SourceFile file)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", "-n")
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        bash.StandardInput.Write(file.Text);
        bash.StandardInput.Close();
        var said = bash.StandardError.ReadToEnd();
        bash.WaitForExit();
        return bash.ExitCode == 0 ? [] : [new Offender(file.Path, 1, said.Trim())];
    }

    private static IEnumerable<Offender> Privileged(SourceFile file)
    {
        var pods = Read(file).Select(document => Find(document, "spec", "template", "spec")).OfType<YamlNode>();
        foreach (var pod in pods)
        {
            if (Find(pod, "securityContext", "runAsNonRoot")?.ToString() != "true")
            {
                yield return new Offender(file.Path, (int)pod.Start.Line, "the pod may run as root");
            }

            foreach (var container in new[] { "initContainers", "containers" }.Select(kind => Find(pod, kind))
                .OfType<YamlSequenceNode>().SelectMany(containers => containers))
            {
                if (Find(container, "securityContext", "readOnlyRootFilesystem")?.ToString() != "true")
                {
                    yield return new Offender(file.Path, (int)container.Start.Line, "the container's root is writable");
                }
            }
        }
    }

    private static IEnumerable<Offender> Probes(SourceFile file, IReadOnlyCollection<string> served) =>
        Pattern.Of(@"\bhttpGet:\s*\{path:\s*(?<path>[^,}\s]+)").Matches(file.Text)
            .Where(match => !served.Contains(match.Groups["path"].Value))
            .Select(match => file.At(match.Index, $"{match.Groups["path"].Value} is not served"));

    private static IEnumerable<Offender> UnknownVariables(SourceFile file, HashSet<string> known) =>
        Variable.Matches(file.Text).Where(match => !known.Contains(match.Value))
            .Select(match => file.At(match.Index, $"nothing reads {match.Value}"));

    /// <summary>Those of the program, also with the ending of a file's name, and those that `deploy` puts in.</summary>
    private static HashSet<string> KnownVariables()
    {
        var read = Repository.CSharp("src").SelectMany(file => file.CSharp.Strings)
            .SelectMany(each => Variable.Matches(each.Text)).Select(match => match.Value).ToList();

        return
        [
            .. read,
            .. read.Where(name => name.StartsWith("EXCHANGE_POSTGRES", StringComparison.Ordinal))
                .Select(name => name + "_FILE"),
            .. Files.Where(file => !file.Name.EndsWith(".md", StringComparison.Ordinal))
                .SelectMany(file => OwnVariable.Matches(file.Text)).Select(match => match.Groups["name"].Value),
        ];
    }

    /// <summary>What stands at the end of a path of keys, through merged mappings; nothing where it does not.</summary>
    private static YamlNode? Find(YamlNode node, params ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return node;
        }

        if (node is not YamlMappingNode mapping)
        {
            return null;
        }

        return mapping.Children.TryGetValue(path[0], out var inner) ? Find(inner, path[1..])
            : mapping.Children.TryGetValue("<<", out var merged) ? Find(merged, path)
            : null;
    }
}
