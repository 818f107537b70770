using System.Diagnostics;

namespace Exchange.Chaos.Clients;

/// <summary>Tokens from the program that an operator uses, beside the running node.</summary>
public static class Tokens
{
    /// <summary>One token for each subject, in their order.</summary>
    public static async Task<IReadOnlyList<string>> IssueAsync(
        NodeKeep keep, string role, IReadOnlyList<string> subjects, string? onBehalfOf = null,
        string? person = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] arguments =
        [
            keep.Program, "token", "--data", keep.DataDirectory, "--store", keep.Store, "--role", role,
            .. subjects.SelectMany(subject => new[] { "--subject", subject }),
            .. onBehalfOf is null ? Array.Empty<string>() : ["--on-behalf-of", onBehalfOf],
            .. person is null ? Array.Empty<string>() : ["--person", person],
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in keep.Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var tokens = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return process.ExitCode == 0 && tokens.Length == subjects.Count
            ? tokens
            : throw new InvalidOperationException(
                $"exchange token: expected {subjects.Count} tokens, found {tokens.Length}, "
                + $"code {process.ExitCode}: {await errors}");
    }

    public static async Task<string> IssueAsync(
        NodeKeep keep, string role, string subject, string? onBehalfOf = null, string? person = null) =>
        (await IssueAsync(keep, role, [subject], onBehalfOf, person))[0];
}
