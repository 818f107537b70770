using Exchange.Signing;

namespace Exchange.Api.Sealing;

/// <summary>Seals what is about people before a command exists, and opens it for those who may read it.</summary>
internal sealed class PersonalTexts(IEdgeSecrets secrets)
{
    /// <summary>The greatest size of a text before it is sealed.</summary>
    internal const int SizeBytesMax = 512;

    internal GrainKey KeyForCreated(ChainId actor, CommandId command, int ordinal) =>
        secrets.KeyForCreated(actor, command, ordinal);

    internal GrainKey IdentifierKey(GrainKey department, GrainKey scheme, string value) =>
        secrets.IdentifierKey(department, scheme, value);

    /// <summary>Seals a text with its subject's key for one field of one command; nothing stays nothing.</summary>
    internal async ValueTask<SealedText?> SealAsync(
        ChainId subject, SealContext context, string? text, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return null;
        }

        var key = await secrets.GetOrAddKeyAsync(subject, cancellationToken);
        return TextSealer.Seal(key, context, text);
    }

    /// <summary>Opens a text with the context of the entry that it was sealed for; nothing where the key is gone.</summary>
    internal async ValueTask<string?> OpenAsync(
        ChainId subject, SealContext context, SealedText text, CancellationToken cancellationToken)
    {
        var key = await secrets.GetOrAddKeyAsync(subject, cancellationToken);
        return TextSealer.TryOpen(key, context, text, out var plaintext) ? plaintext : null;
    }
}
