using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;

namespace Exchange.Cluster.Messages;

/// <summary>Between a grain's state and its message.</summary>
public static class ReadingMessages
{
    /// <summary>The message of a state, in the form that snapshots have.</summary>
    public static ReadingMessage Of(GrainReading reading, GrainRules rules, int version)
    {
        var state = new CanonicalWriter();
        rules.WriteState(state, reading.State);
        return new(
            version, ReadingKind.Read, HeadMessages.Of(reading.Head), reading.ReadAt.Value, rules.StateVersion,
            state.ToArray());
    }

    /// <summary>The state of a message; nothing where its form is one that this build does not know.</summary>
    /// <exception cref="StoreUnavailableException">The other node could not ask the store.</exception>
    /// <exception cref="ChainBrokenException">The chain does not verify there.</exception>
    /// <exception cref="CanonicalFormatException">Another node sent what is no state.</exception>
    public static GrainReading? Read(ReadingMessage message, GrainRules rules, ChainId chain) => message.Kind switch
    {
        ReadingKind.Read => ReadState(message, rules, chain),
        ReadingKind.Unavailable => throw new StoreUnavailableException(message.Why ?? "", inner: null),
        ReadingKind.Broken => throw new ChainBrokenException(chain, new(message.BrokenAt), message.Why ?? ""),
        _ => throw new CanonicalFormatException($"Expected a reading, found one of kind {message.Kind}", 0),
    };

    private static GrainReading? ReadState(ReadingMessage message, GrainRules rules, ChainId chain)
    {
        if (message.StateVersion != rules.StateVersion || message.Head is null)
        {
            return null;
        }

        var reader = new CanonicalReader(message.State);
        var state = rules.ReadState(ref reader);
        reader.ExpectEnd();
        return new(chain, HeadMessages.Read(message.Head), new(message.ReadAt), state);
    }
}
