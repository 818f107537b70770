using System.Text.Json.Nodes;
using Exchange.Ledger;

namespace Exchange.Verify;

// family: what the program found out

/// <summary>How far a statement about the evidence goes.</summary>
internal enum Judgement
{
    /// <summary>It is so.</summary>
    Holds = 1,

    /// <summary>It is not so.</summary>
    Fails = 2,

    /// <summary>It was not looked at, or cannot be known.</summary>
    Open = 3,
}

/// <summary>One statement about the evidence.</summary>
/// <param name="Name">The statement in the words of docs/ledger-format.md, as a code.</param>
/// <param name="Sentence">The statement for a person.</param>
internal sealed record Statement(string Name, Judgement Judgement, string Sentence);

/// <summary>What was found out about one chain file.</summary>
internal sealed class Verdict
{
    /// <summary>More findings than these are counted, not kept.</summary>
    internal const int FindingsKept = 20;

    private readonly List<Statement> _statements = [];
    private readonly List<Finding> _findings = [];
    private readonly List<string> _notes = [];

    internal ExchangeId? Exchange { get; set; }

    internal long Chains { get; set; }

    internal long Entries { get; set; }

    internal long ContentItems { get; set; }

    /// <summary>The grain that was asked for, as JSON.</summary>
    internal JsonObject? Replay { get; set; }

    internal IReadOnlyList<Statement> Statements => _statements;

    /// <summary>The first findings, in the order of discovery.</summary>
    internal IReadOnlyList<Finding> Findings => _findings;

    internal long FindingsCounted { get; private set; }

    internal IReadOnlyList<string> Notes => _notes;

    internal ExitCode ExitCode => FindingsCounted == 0 ? ExitCode.Accepted : ExitCode.Refused;

    internal void Say(string name, Judgement judgement, string sentence) =>
        _statements.Add(new(name, judgement, sentence));

    /// <summary>Adds findings and answers whether there were any.</summary>
    internal bool Add(IEnumerable<Finding> findings)
    {
        var before = FindingsCounted;
        foreach (var finding in findings)
        {
            FindingsCounted++;
            if (_findings.Count < FindingsKept)
            {
                _findings.Add(finding);
            }
        }

        return FindingsCounted > before;
    }

    /// <summary>Adds the first of findings of which there are so many.</summary>
    internal bool Add(IReadOnlyList<Finding> first, long counted)
    {
        _ = Add(first);
        FindingsCounted += counted - first.Count;
        return counted > 0;
    }

    internal void Note(string sentence) => _notes.Add(sentence);
}
