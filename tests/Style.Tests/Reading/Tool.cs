using System.ComponentModel;
using System.Diagnostics;

namespace Exchange.Style.Tests.Reading;

/// <summary>A program of this machine that looks at a file.</summary>
internal static class Tool
{
    /// <summary>Runs it to its end; answers what it said about what it was given.</summary>
    public static (int ExitCode, string Said) Run(
        string program, string[] arguments, string input = "", params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, $"{output.GetAwaiter().GetResult()}{errors}".Trim());
    }

    /// <summary>Whether the machine has it, and it answers this question without fault.</summary>
    public static bool Answers(string program, string[] question)
    {
        try
        {
            return Run(program, question).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // There is no such program.
            return false;
        }
    }
}

/// <summary>A fact that is left out where the machine lacks a program, and fails for it in CI.</summary>
/// <param name="program">Its name, and the part of it that has to be there.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string program, params string[] question) =>
        Skip = Environment.GetEnvironmentVariable("CI") == "true" || Tool.Answers(program, question)
            ? null
            : $"`{program} {string.Join(' ', question)}` does not answer.";
}
