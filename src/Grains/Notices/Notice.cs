namespace Exchange.Grains.Notices;

// family: notices: commands, events, state

/// <summary>A command to a notice.</summary>
public abstract record NoticeCommand : Command
{
    private protected NoticeCommand()
    {
    }
}

/// <summary>What happened to a notice and its versions.</summary>
public abstract record NoticeEvent : Event
{
    private protected NoticeEvent()
    {
    }
}

/// <summary>Publishes one version of a notice in one language; immutable afterwards.</summary>
[Wire(501)]
public sealed record PublishNotice(
    GrainKey Department, int Version, [Text(16)] string Language, Digest Document) : NoticeCommand;

[Wire(501)]
public sealed record NoticePublished(
    GrainKey Department, int Version, [Text(16)] string Language, Digest Document) : NoticeEvent;

/// <summary>The text of a notice: content, named by its digest (tag 0x19).</summary>
public sealed record NoticeDocument(
    [Text(256)] string Title, [Text(256)] string Controller, [Text(512)] string Contact,
    [Text(32768, Prose = true)] string Body);

/// <summary>The state of a notice: version and language (<c>1/zh</c>) to digest.</summary>
public sealed record NoticeState(
    GrainKey? Department,
    [Count(NoticeState.DocumentsMax)] ImmutableSortedDictionary<string, Digest> Documents) : GrainState
{
    public const int DocumentsMax = 1024;

    public static readonly NoticeState Initial =
        new(null, ImmutableSortedDictionary<string, Digest>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>The key of one version in one language.</summary>
    public static string KeyOf(int version, string language) => string.Create(null, $"{version}/{language}");
}
