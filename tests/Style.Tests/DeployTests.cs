using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using static Exchange.Style.Tests.Reading.DeployFiles;

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

    [Fact]
    public void Yaml_parses() => Holds.In(Repository.Files(".yaml").Where(file => file.IsUnder("deploy")), Unreadable);

    [Fact]
    public void Scripts_and_the_commands_of_the_runbook_are_bash() => Holds.In(
        All.Where(file => file.Name.EndsWith(".sh", StringComparison.Ordinal)).Concat(Commands()), NotBash);

    [Fact]
    public void Pods_are_not_root_and_write_to_volumes_alone() =>
        Holds.In(All.Where(file => Workloads.Contains(file.Path, StringComparer.Ordinal)), Privileged);

    [Fact]
    public void Containers_are_not_root_and_write_to_volumes_alone()
    {
        var services = (YamlMappingNode)Read(Of("deploy/compose/compose.yaml")).Single()["services"];

        Assert.All(services.Where(service => service.Key.ToString() != "database"), service =>
        {
            Assert.Equal("true", service.Value.Find("read_only")?.ToString());
            Assert.Null(service.Value.Find("user"));
        });
    }

    [Fact]
    public void The_image_is_built_for_any_processor_and_is_not_root() =>
        Holds.In([Of("deploy/Containerfile")], BadStages);

    [ToolFact("systemd-analyze", "verify", "--recursive-errors=no", "--help")]
    public void Units_are_understood() => Assert.Empty(BadUnits(text => text));

    [ToolFact("systemd-analyze", "verify", "--recursive-errors=no", "--help")]
    public void A_unit_that_is_not_understood_is_found()
    {
        // Of the settings that all share, a wrong one is wrong in each.
        Assert.Single(BadUnits(text => text.Replace("Type=oneshot", "Type=once", StringComparison.Ordinal)));
        Assert.Equal(3, BadUnits(text => text.Replace("invisible", "unseen", StringComparison.Ordinal)).Count);
    }

    [Fact]
    public void Probes_ask_what_the_API_serves() => Holds.In(
        All.Where(file => file.IsUnder("deploy/kubernetes")),
        file => Probes(file, [.. Repository.CSharp("src/Api").SelectMany(code => code.CSharp.Strings)
            .Select(each => each.Text)]));

    [Fact]
    public void Variables_are_those_that_the_program_or_the_files_themselves_read() =>
        Holds.In(All, file => UnknownVariables(file, KnownVariables()));

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
        Holds.Finds(
            BadStages, "deploy/Containerfile",
            "FROM --platform=$BUILDPLATFORM sdk AS build\nRUN make\nFROM runtime\nRUN chmod 1 /a\nUSER 1654", line: 4);
        Holds.Finds(
            BadStages, "deploy/Containerfile", "FROM sdk AS build\nRUN make\nFROM runtime\nUSER 1654", line: 1);
        foreach (var user in new[] { "", "USER root", "USER 0:0", "USER 1654\nUSER 0" })
        {
            Holds.Finds(
                BadStages, "deploy/Containerfile",
                $"FROM --platform=$BUILDPLATFORM sdk AS build\nRUN make\nFROM runtime\n{user}", line: 3);
        }

        var pod = Of("deploy/kubernetes/silo.yaml").Text;
        Assert.Empty(Privileged(new SourceFile("deploy/a.yaml", pod)));
        Assert.Single(Privileged(new SourceFile(
            "deploy/a.yaml", pod.Replace("runAsNonRoot: true", "runAsNonRoot: false", StringComparison.Ordinal))));
        Assert.Equal(2, Privileged(new SourceFile(
            "deploy/a.yaml",
            pod.Replace("readOnlyRootFilesystem: true", "privileged: true", StringComparison.Ordinal))).Count());
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
        from file in All
        where file.Name.EndsWith(".md", StringComparison.Ordinal)
        from block in Shell.Matches(file.Text)
        select new SourceFile($"{file.Path}:{file.LineAt(block.Index)}", block.Groups["script"].Value);

    // Read, not run.
    private static IEnumerable<Offender> NotBash(SourceFile file)
    {
        var (code, said) = Tool.Run("bash", ["-n"], file.Text);
        return code == 0 ? [] : [new Offender(file.Path, 1, said)];
    }

    /// <summary>Only stages before the last one run programs, and on the builder's own processor.</summary>
    private static IEnumerable<Offender> BadStages(SourceFile file)
    {
        var stages = Pattern.Of(@"^FROM .*\n(?:(?!FROM ).*\n?)*", RegexOptions.Multiline).Matches(file.Text);
        foreach (Match stage in stages)
        {
            var isNative = stage.Value.StartsWith("FROM --platform=$BUILDPLATFORM ", StringComparison.Ordinal);
            var runs = Pattern.Of(@"^RUN\b", RegexOptions.Multiline).Match(stage.Value);
            if (runs.Success && stage == stages[^1])
            {
                yield return file.At(stage.Index + runs.Index, "the last stage needs an emulator to run this");
            }
            else if (runs.Success && !isNative)
            {
                yield return file.At(stage.Index, "the stage runs programs of another processor");
            }
        }

        // By number: an orchestrator cannot tell whether a name is root's.
        var users = Pattern.Of(@"^USER (?<user>.*)$", RegexOptions.Multiline).Matches(stages[^1].Value);
        if (users.Count == 0 || !Pattern.Of(@"^[1-9]\d*(:[1-9]\d*)?$").IsMatch(users[^1].Groups["user"].Value))
        {
            yield return file.At(stages[^1].Index, "expected a USER by number, and not 0");
        }
    }

    /// <summary>What systemd says about each unit that it does not understand.</summary>
    private static List<string> BadUnits(Func<string, string> change)
    {
        var folder = Directory.CreateTempSubdirectory("exchange-units-").FullName;
        try
        {
            var files = All.Where(file => file.IsUnder("deploy/systemd")).ToList();
            foreach (var file in files)
            {
                var path = Path.Combine(folder, Path.GetRelativePath("deploy/systemd", file.Path));
                _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, change(file.Text));
            }

            // A template is read as one of its units. The colon at the end keeps the units of the machine.
            return
            [
                .. files.Where(file => file.Name.EndsWith(".service", StringComparison.Ordinal))
                    .Select(file => Tool.Run(
                        "systemd-analyze",
                        [
                            "verify", "--man=no", "--recursive-errors=no",
                            Path.Combine(folder, file.Name.Replace("@", "@1", StringComparison.Ordinal)),
                        ],
                        environment: ("SYSTEMD_UNIT_PATH", folder + ":")))
                    .Where(run => run.ExitCode != 0).Select(run => run.Said),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<Offender> Privileged(SourceFile file)
    {
        var pods = Read(file).Select(document => document.Find("spec", "template", "spec")).OfType<YamlNode>();
        foreach (var pod in pods)
        {
            if (pod.Find("securityContext", "runAsNonRoot")?.ToString() != "true")
            {
                yield return new Offender(file.Path, (int)pod.Start.Line, "the pod may run as root");
            }

            foreach (var container in new[] { "initContainers", "containers" }.Select(kind => pod.Find(kind))
                .OfType<YamlSequenceNode>().SelectMany(containers => containers))
            {
                if (container.Find("securityContext", "readOnlyRootFilesystem")?.ToString() != "true")
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
            .. All.Where(file => !file.Name.EndsWith(".md", StringComparison.Ordinal))
                .SelectMany(file => OwnVariable.Matches(file.Text)).Select(match => match.Groups["name"].Value),
        ];
    }
}
