using System.Text.RegularExpressions;

namespace Exchange.Chaos.Syncs;

/// <summary>A request that the node read and the answer that it sent on the same connection.</summary>
/// <param name="Sent">The first bytes of the answer.</param>
/// <param name="Text">The whole answer, as sent.</param>
public sealed partial record Exchanged(string Request, SystemCall Read, SystemCall Sent, string Text)
{
    private const int RequestLineMax = 120;

    public bool IsSuccess => Sent.Arguments.Contains("\"HTTP/1.1 2", StringComparison.Ordinal);

    /// <summary>The hashes of the entries that the answer says are stored.</summary>
    public IReadOnlyList<byte[]> Receipts =>
        [.. Receipt().Matches(Text).Select(match => Convert.FromHexString(match.Groups["hash"].Value))];

    /// <summary>Whether a call began and ended between the request and its answer.</summary>
    public bool Encloses(SystemCall call) => call.Begun > Read.Ended && call.Ended < Sent.Begun;

    /// <summary>Each write with its answer. The client sends one after the other, so that the next answer is its
    /// own.</summary>
    public static IEnumerable<Exchanged> Of(IReadOnlyList<SystemCall> calls)
    {
        var answers = new List<Exchanged>();
        var asked = new Dictionary<string, (string Request, SystemCall Read)>();
        var answering = new Dictionary<string, int>();
        foreach (var call in calls)
        {
            switch (call.Name)
            {
                case "recvfrom" or "recvmsg" when RequestOf(call) is { } request:
                    asked[call.Target] = (request, call);
                    _ = answering.Remove(call.Target);
                    break;
                case "sendto" or "sendmsg" when answering.TryGetValue(call.Target, out var at):
                    answers[at] = answers[at] with { Text = answers[at].Text + call.Text };
                    break;
                case "sendto" or "sendmsg"
                    when call.Arguments.Contains("\"HTTP/1.1 ", StringComparison.Ordinal)
                        && asked.Remove(call.Target, out var waiting):
                    answering[call.Target] = answers.Count;
                    answers.Add(new(waiting.Request, waiting.Read, call, call.Text));
                    break;
                default:
                    break;
            }
        }

        return answers;
    }

    [GeneratedRegex("\"receipt\":\\{[^}]*\"hash\":\"(?<hash>[0-9a-f]{64})\"")]
    private static partial Regex Receipt();

    private static string? RequestOf(SystemCall call)
    {
        foreach (var method in new[] { "\"POST /", "\"PUT /" })
        {
            var at = call.Arguments.IndexOf(method, StringComparison.Ordinal);
            if (at >= 0)
            {
                var line = call.Arguments.Substring(at + 1, Math.Min(RequestLineMax, call.Arguments.Length - at - 1));
                return line.Split(" HTTP/", 2)[0];
            }
        }

        return null;
    }
}
