namespace Exchange.Verify;

// family: what the program tells whoever called it

/// <summary>Where the program writes, and the clock that paces its progress.</summary>
/// <param name="Output">Takes the summary and nothing else.</param>
/// <param name="Error">Takes progress, and why a file could not be judged.</param>
public sealed record Terminal(TextWriter Output, TextWriter Error, TimeProvider Clock);

/// <summary>The codes that the program ends with.</summary>
public enum ExitCode
{
    /// <summary>Everything that was asked for was found to be so.</summary>
    Accepted = 0,

    /// <summary>The evidence is damaged, unlawful, or does not match a receipt.</summary>
    Refused = 1,

    /// <summary>Not a chain file, not readable, or the program was called wrongly.</summary>
    NotJudged = 2,
}
