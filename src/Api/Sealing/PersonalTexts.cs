using Exchange.Engine.Contents;
using Exchange.Signing;

namespace Exchange.Api.Sealing;

/// <summary>Seals what is about people before a command exists, and opens it for those who may read it.</summary>
internal sealed class PersonalTexts(ISubjectKeys keys, EdgeSecrets secrets, IExchange exchange)
{
    /// <summary>The greatest size of a text before it is sealed: a household's members fit into one command.</summary>
    internal const int SizeBytesMax = 512;

    /// <summary>The key of a household or member that a command creates: the same again for a retry.</summary>
    internal GrainKey KeyForCreated(ChainId actor, CommandId command, int ordinal) =>
        SecretIds.ForCreated(secrets.Created.Span, exchange.Id, actor, command, ordinal);

    /// <summary>The key of the grain that stands for a department's number.</summary>
    internal GrainKey IdentifierKey(GrainKey department, GrainKey scheme, string value) =>
        SecretIds.IdentifierKey(secrets.Index.Span, department, scheme.Value, value);

    /// <summary>Seals a text with its subject's key for one field of one command; nothing stays nothing.</summary>
    internal async ValueTask<SealedText?> SealAsync(
        ChainId subject, SealContext context, string? text, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return null;
        }

        var found = await keys.GetOrCreateAsync([subject], cancellationToken);
        return TextSealer.Seal(found[0], context, text);
    }

    /// <summary>Opens a text with the context that it was sealed in; nothing where the key is gone.</summary>
    internal async ValueTask<string?> OpenAsync(
        ChainId subject, SealContext context, SealedText text, CancellationToken cancellationToken)
    {
        var found = await keys.FindAsync([subject], cancellationToken);
        return found[0] is { } key && TextSealer.TryOpen(key, context, text, out var plaintext) ? plaintext : null;
    }
}
