using System.Globalization;
using System.Text.Json.Nodes;

namespace Exchange.Verify.Tests;

/// <summary>Runs the program inside the test and keeps what it says.</summary>
internal sealed record Verifier(ExitCode ExitCode, string Output, string Error)
{
    /// <summary>The summary as JSON, of a run with <c>--json</c>.</summary>
    internal JsonObject Json => JsonNode.Parse(Output)!.AsObject();

    internal JsonObject FirstFinding => Json["findings"]!.AsArray()[0]!.AsObject();

    internal static Verifier Run(params string[] arguments) => Run(TimeProvider.System, arguments);

    internal static Verifier Run(TimeProvider clock, params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var code = CommandLine.Run(arguments, new(output, error, clock));
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Checks a chain file that exists in memory only.</summary>
    internal static Verifier Check(byte[] file, params string[] options)
    {
        using var folder = new Folder();
        return Run(["chains", folder.Write("evidence.chain", file), "--json", .. options]);
    }
}

/// <summary>A directory of a test, gone with it.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("exchange-verify-tests-");

    internal string Path => _directory.FullName;

    internal string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    internal string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public void Dispose() => _directory.Delete(recursive: true);
}
