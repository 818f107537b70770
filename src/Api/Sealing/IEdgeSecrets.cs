using Exchange.Signing;

namespace Exchange.Api.Sealing;

/// <summary>What the edge needs of the node's secrets: ids that nobody guesses, and keys of households and officers.</summary>
public interface IEdgeSecrets
{
    /// <summary>The key of a household or member that a command creates: the same again for a retry.</summary>
    GrainKey KeyForCreated(ChainId actor, CommandId command, int ordinal);

    /// <summary>The key of the grain that stands for a department's number.</summary>
    GrainKey IdentifierKey(GrainKey department, GrainKey scheme, string value);

    /// <summary>The key that seals a subject's texts, made durably where there was none.</summary>
    ValueTask<SubjectKey> GetOrAddKeyAsync(ChainId subject, CancellationToken cancellationToken);
}
