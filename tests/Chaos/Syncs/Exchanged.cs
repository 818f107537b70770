namespace Exchange.Chaos.Syncs;

/// <summary>A request that the node read and the answer that it sent on the same connection.</summary>
public sealed record Exchanged(string Request, SystemCall Read, SystemCall Sent)
{
    private const int RequestLineMax = 120;

    public bool IsSuccess => Sent.Arguments.Contains("\"HTTP/1.1 2", StringComparison.Ordinal);

    /// <summary>Whether a call began and ended between the request and its answer.</summary>
    public bool Encloses(SystemCall call) => call.Begun > Read.Ended && call.Ended < Sent.Begun;

    /// <summary>Each write with its answer. The client sends one after the other, so that the next answer is its
    /// own.</summary>
    public static IEnumerable<Exchanged> Of(IReadOnlyList<SystemCall> calls)
    {
        var asked = new Dictionary<string, (string Request, SystemCall Read)>();
        foreach (var call in calls)
        {
            switch (call.Name)
            {
                case "recvfrom" or "recvmsg" when RequestOf(call) is { } request:
                    asked[call.Target] = (request, call);
                    break;
                case "sendto" or "sendmsg"
                    when call.Arguments.Contains("\"HTTP/1.1 ", StringComparison.Ordinal)
                        && asked.Remove(call.Target, out var waiting):
                    yield return new(waiting.Request, waiting.Read, call);
                    break;
                default:
                    break;
            }
        }
    }

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
