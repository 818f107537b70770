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
    /// <exception cref="CanonicalFormatException">Another node sent what is no state.</exception>
    public static GrainReading? Read(ReadingMessage message, GrainRules rules, ChainId chain)
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
