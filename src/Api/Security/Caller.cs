namespace Exchange.Api.Security;

/// <summary>Who makes a request, as its token says.</summary>
/// <param name="Subject">The party: <c>buyer/acme</c>.</param>
/// <param name="OnBehalfOf">The department an officer acts for.</param>
/// <param name="Person">An opaque id of the person at the keyboard.</param>
public sealed record Caller(
    Role Role, ChainId Subject, ChainId? OnBehalfOf, string? Person, Authentication Authentication)
{
    /// <summary>The department that the caller is, or acts for; nothing for everybody else.</summary>
    public GrainKey? Department => Role switch
    {
        Role.Department => Subject.Key,
        Role.Officer => OnBehalfOf?.Key,
        _ => null,
    };

    /// <summary>The actor that the caller's commands name.</summary>
    public Actor ActorBy(Channel channel) => new(Subject, Role, OnBehalfOf, Person, channel, Authentication);

    /// <summary>The actor by the channel that the role implies.</summary>
    public Actor Actor => ActorBy(Role == Role.Officer ? Channel.Officer : Channel.Self);
}
