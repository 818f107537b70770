using Exchange.Grains.Households;
using Exchange.Grains.Values;

namespace Exchange.Store.Postgres;

/// <summary>
/// The bytes of a consent's row as the tables keep them. A row is <c>[chain, [id, ..., [members, shared..., validity,
/// retention, basis], ...]]</c>: chain and id stand in the key; what is shared, the notice through the methods, stands
/// once in the table of terms; the rest, both sides joined, is the row's body.
/// </summary>
internal static class ConsentForm
{
    private const int TermsFields = 10;
    private const int FieldsBetween = 6;
    private const int SharedFields = 6;

    // Each thread joins rows by the thousand.
    [ThreadStatic]
    private static CanonicalWriter? _writer;

    /// <summary>Where the shared part of a row's bytes lies, and where its rest begins.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are no consent's row.</exception>
    internal static (Range Left, Range Shared, Range Right) Split(ReadOnlySpan<byte> body)
    {
        var reader = new CanonicalReader(body);
        reader.ExpectArray(ConsentFields.OfRow);
        reader.Skip();
        reader.ExpectArray(ConsentFields.OfConsent);
        reader.Skip();
        var left = reader.Position;
        SkipToShared(ref reader);
        var shared = reader.Position;
        Skip(ref reader, SharedFields);
        return (left..shared, shared..reader.Position, reader.Position..body.Length);
    }

    /// <summary>A row's bytes again.</summary>
    internal static byte[] Join(ChainId chain, GrainKey item, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> shared)
    {
        var reader = new CanonicalReader(rest);
        SkipToShared(ref reader);
        var writer = _writer ??= new();
        writer.Reset();
        writer.WriteArray(ConsentFields.OfRow);
        writer.WriteChain(chain);
        writer.WriteArray(ConsentFields.OfConsent);
        writer.WriteText(item.Value);
        writer.WriteEncoded(rest[..reader.Position]);
        writer.WriteEncoded(shared);
        writer.WriteEncoded(rest[reader.Position..]);
        return writer.ToArray();
    }

    /// <summary>The consent of a row; shared terms are given by the caller, who read them before.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are no rest of a consent.</exception>
    internal static Consent Read(GrainKey item, ReadOnlySpan<byte> rest, ConsentTerms shared)
    {
        var reader = new CanonicalReader(rest);
        var entry = WireCodec<EntryIndex>.Read(ref reader);
        var recordedAt = reader.ReadTime();
        var recordedBy = reader.ReadRecorderOrNone();
        var giver = reader.ReadKeyOrNone();
        var capacity = WireCodec<Capacity>.Read(ref reader);
        var authorisedBy = reader.ReadKeys();
        reader.ExpectArray(TermsFields);
        var terms = shared with
        {
            Members = reader.ReadKeys(),
            Validity = WireCodec<Period>.Read(ref reader),
            RetentionDays = WireCodec<int>.Read(ref reader),
            Basis = WireCodec<LegalBasis>.Read(ref reader),
        };
        var consent = new Consent(
            item, entry, recordedAt, recordedBy, giver, capacity, authorisedBy, terms,
            WireCodec<ConsentStatus>.Read(ref reader), reader.ReadTimeOrNone(), reader.ReadTimeOrNone(),
            reader.ReadKeyOrNone());
        reader.ExpectEnd();
        return consent;
    }

    /// <summary>What terms share, with nothing said in the other fields.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not the shared part of terms.</exception>
    internal static ConsentTerms ReadShared(ReadOnlySpan<byte> shared)
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(TermsFields);
        writer.WriteArray(0);
        writer.WriteEncoded(shared);
        WireCodec<Period>.Write(writer, new(default, default));
        WireCodec<int>.Write(writer, 0);
        WireCodec<LegalBasis>.Write(writer, LegalBasis.Consent);
        return WireCodec<ConsentTerms>.Decode(writer.Written);
    }

    private static void SkipToShared(ref CanonicalReader reader)
    {
        Skip(ref reader, FieldsBetween);
        reader.ExpectArray(TermsFields);
        reader.Skip();
    }

    private static void Skip(ref CanonicalReader reader, int fields)
    {
        for (var i = 0; i < fields; i++)
        {
            reader.Skip();
        }
    }
}
