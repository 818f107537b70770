namespace Exchange.Cluster.Messages;

/// <summary>
/// The forms of messages that this build knows. A node writes the newest it knows to a node of which it knows nothing
/// else; one that does not know that form says so, executes nothing, and is written to in its own from then on.
/// </summary>
public static class MessageVersion
{
    /// <summary>The oldest form that is still read and written.</summary>
    public const int Oldest = 1;

    /// <summary>The newest form; a test's build has one more, so that two releases can be tried together.</summary>
#if NEXT_RELEASE
    public const int Newest = 2;
#else
    public const int Newest = 1;
#endif

    /// <summary>Whether a message of this form can be read here.</summary>
    public static bool IsSpoken(int version) => version is >= Oldest and <= Newest;
}
