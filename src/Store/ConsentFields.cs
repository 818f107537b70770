using Exchange.Grains.Households;

namespace Exchange.Store;

/// <summary>
/// Reads fields of a consent's row that may be empty, as their codecs do. A row is <c>[chain, [id, entry, ...]]</c>.
/// </summary>
internal static class ConsentFields
{
    internal const int OfRow = 2;
    internal const int OfConsent = 12;

    internal static Recorder? ReadRecorderOrNone(this ref CanonicalReader reader) =>
        reader.TryReadNil() ? null : WireCodec<Recorder>.Read(ref reader);

    internal static GrainKey? ReadKeyOrNone(this ref CanonicalReader reader) =>
        reader.TryReadNil() ? null : WireCodec<GrainKey>.Read(ref reader);

    internal static UnixMilliseconds? ReadTimeOrNone(this ref CanonicalReader reader) =>
        reader.TryReadNil() ? null : reader.ReadTime();

    internal static ImmutableSortedSet<GrainKey> ReadKeys(this ref CanonicalReader reader)
    {
        var encoded = reader.ReadEncoded();

        // Most are empty, and then nothing needs to be made.
        return encoded is [0x90] ? [] : WireCodec<ImmutableSortedSet<GrainKey>>.Decode(encoded);
    }
}
