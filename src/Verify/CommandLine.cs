using System.CommandLine;
using System.CommandLine.Parsing;

namespace Exchange.Verify;

/// <summary>Reads the command line and runs what it asks for.</summary>
public static class CommandLine
{
    private static readonly Argument<string> File = new("FILE") { Description = "The exported chain file." };

    private static readonly Option<string[]> Receipts = new("--receipt")
    {
        Description = "A kept receipt, as the API answered it or in canonical form; may be given several times.",
        HelpName = "R",
    };

    private static readonly Option<bool> Audit = new("--audit")
    {
        Description = "Also judge every delivery against the households' consents.",
    };

    private static readonly Option<string?> At = new("--at")
    {
        Description = "Show a grain as of a moment (RFC 3339 with offset) or through an entry index.",
        HelpName = "T",
    };

    private static readonly Option<string?> Grain = new("--grain")
    {
        Description = "The grain that --at shows, such as household/ab12.",
        HelpName = "G",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Write the summary as one line of JSON.",
    };

    public static ExitCode Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var chains = new Command("chains", "Checks a chain file offline.")
        {
            File, Receipts, Audit, At, Grain, Json,
        };
        chains.SetAction(parsed => (int)Check(parsed, terminal));
        var root = new RootCommand("Verifies what an exchange exported, without trusting it.") { chains };
        var result = root.Parse(arguments);
        if (result.Errors.Count > 0)
        {
            return Misused(terminal, string.Join(Environment.NewLine, result.Errors.Select(error => error.Message)));
        }

        return (ExitCode)result.Invoke(new() { Output = terminal.Output, Error = terminal.Error });
    }

    private static ExitCode Check(ParseResult parsed, Terminal terminal)
    {
        var (at, grain) = (parsed.GetValue(At), parsed.GetValue(Grain));
        if (at is null != grain is null)
        {
            return Misused(terminal, "--at and --grain are given together or not at all.");
        }

        ReplayRequest? replay = null;
        if (at is not null && !ReplayRequest.TryParse(at, grain, out replay))
        {
            return Misused(
                terminal,
                $"Expected --at as a moment or an entry index and --grain as a chain, found {at} and {grain}.");
        }

        var request = new ChainsRequest(
            parsed.GetRequiredValue(File), parsed.GetValue(Receipts) ?? [], parsed.GetValue(Audit), replay,
            parsed.GetValue(Json));
        return ChainsProgram.Run(request, terminal);
    }

    private static ExitCode Misused(Terminal terminal, string message)
    {
        terminal.Error.WriteLine($"usage: {message}");
        terminal.Error.WriteLine(
            "usage: exchange-verify chains FILE [--receipt R]... [--audit] [--at T --grain G] [--json]");
        return ExitCode.NotJudged;
    }
}
