using System.Collections.Concurrent;
using Exchange.Grains.Households;

namespace Exchange.Store;

/// <summary>
/// Reads consents for deliveries. Most consents of a dataset state the same terms to the byte, and terms are the most
/// of a consent: terms that were read before are given again. Thread-safe.
/// </summary>
public sealed class ConsentBodies
{
    private const int TermsMax = 4096;

    private readonly ConcurrentDictionary<ReadOnlyMemory<byte>, ConsentTerms> _terms = new(new BytesComparer());
    private readonly ConcurrentDictionary<ReadOnlyMemory<byte>, ConsentTerms>.AlternateLookup<ReadOnlySpan<byte>>
        _lookup;

    public ConsentBodies() => _lookup = _terms.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The consent of a row of the table of consents; the same as its codec gives.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not such a row.</exception>
    public Consent Read(ReadOnlySpan<byte> body)
    {
        var reader = new CanonicalReader(body);
        reader.ExpectArray(ConsentFields.OfRow);
        _ = reader.ReadEncoded();
        reader.ExpectArray(ConsentFields.OfConsent);
        var consent = new Consent(
            WireCodec<GrainKey>.Read(ref reader), WireCodec<EntryIndex>.Read(ref reader), reader.ReadTime(),
            reader.ReadRecorderOrNone(), reader.ReadKeyOrNone(), WireCodec<Capacity>.Read(ref reader),
            reader.ReadKeys(), ReadTerms(ref reader), WireCodec<ConsentStatus>.Read(ref reader),
            reader.ReadTimeOrNone(), reader.ReadTimeOrNone(), reader.ReadKeyOrNone());
        reader.ExpectEnd();
        return consent;
    }

    private ConsentTerms ReadTerms(ref CanonicalReader reader)
    {
        var encoded = reader.ReadEncoded();
        if (_lookup.TryGetValue(encoded, out var known))
        {
            return known;
        }

        var terms = WireCodec<ConsentTerms>.Decode(encoded);
        if (_terms.Count >= TermsMax)
        {
            // Terms that are all different would fill memory for nothing; starting anew costs one more decoding each.
            _terms.Clear();
        }

        _ = _terms.TryAdd(encoded.ToArray(), terms);
        return terms;
    }
}
