namespace Exchange.Engine.Contents;

/// <summary>
/// Keeps the keys of households, wrapped where they lie; a key is durable before anybody gets it. Thread-safe.
/// </summary>
public interface ISubjectKeys
{
    /// <summary>The keys of many subjects in the order asked; made where there were none.</summary>
    ValueTask<ImmutableArray<Exchange.Signing.SubjectKey>> GetOrCreateAsync(
        ImmutableArray<ChainId> subjects, CancellationToken cancellationToken);

    /// <summary>The keys of many subjects in the order asked; nothing where there is none.</summary>
    ValueTask<ImmutableArray<Exchange.Signing.SubjectKey?>> FindAsync(
        ImmutableArray<ChainId> subjects, CancellationToken cancellationToken);
}
