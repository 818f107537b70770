using System.Text;
using Exchange.Benchmarks.World;
using Exchange.Grains.Households;
using Exchange.Grains.Rules;
using Exchange.Grains.Wire;
using Exchange.Ledger;
using Exchange.Store;

namespace Exchange.Benchmarks.Layouts;

/// <summary>
/// Makes the bytes of consents' entries and rows out of a real one: the same to the byte, but for what is random in
/// every entry: hash, salt, the command's id and the keys of household and consent.
/// </summary>
internal sealed class EntryMould
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";

    private readonly byte[] _entry;
    private readonly byte[] _row;
    private readonly byte[] _narrowRow;
    private readonly int[] _random;
    private readonly Places _entryPlaces;
    private readonly Places _rowPlaces;
    private readonly Places _narrowPlaces;

    internal EntryMould(ReadOnlyMemory<byte> entry, ConsentRow row)
    {
        (_entry, _row) = (entry.ToArray(), RowBodies.Encode(row));
        var terms = WireCodec<ConsentTerms>.Encode(row.Consent.Terms);
        var at = _row.AsSpan().IndexOf(terms);
        var name = Hashes.Tagged(HashTag.Document, terms).ToArray();
        _narrowRow = [.. _row[..at], .. name[..Bytes16.SizeBytes], .. _row[(at + terms.Length)..]];
        var decoded = EntryCodec.Decode(entry);
        var household = Encoding.ASCII.GetBytes(row.Chain.Key.Value);
        var consent = Encoding.ASCII.GetBytes(row.Consent.Id.Value);
        _entryPlaces = Places.Of(_entry, household, consent);
        _rowPlaces = Places.Of(_row, household, consent);
        _narrowPlaces = Places.Of(_narrowRow, household, consent);
        List<int> random = [];
        Find(random, decoded.Previous.Span);
        Span<byte> small = stackalloc byte[Bytes16.SizeBytes];
        decoded.CommandId.Value.CopyTo(small);
        Find(random, small);
        decoded.Salt.Value.CopyTo(small);
        Find(random, small);
        _random = [.. random];
        Dataset = row.Consent.Terms.Dataset.Value;
        Recipient = row.Consent.Terms.Recipient.ToString();
        Status = (short)row.Consent.Status;
    }

    internal string Dataset { get; }

    internal string Recipient { get; }

    internal short Status { get; }

    internal int EntrySizeBytes => _entry.Length;

    internal int RowSizeBytes(RowForm form) => form == RowForm.Whole ? _row.Length : _narrowRow.Length;

    /// <summary>A real entry and its row, given through the real path.</summary>
    internal static async Task<EntryMould> CastAsync(string directory)
    {
        await using var load = await Append.ConsentLoad.OpenAsync(directory, chains: 1, seed: 1);
        await load.FillAsync(entries: 2);
        var (entry, row) = await load.SampleAsync();
        return new(entry, row);
    }

    internal static string Key(Random random)
    {
        Span<char> text = stackalloc char[26];
        random.GetItems(Letters, text);
        return new(text);
    }

    internal byte[] Entry(string household, string consent, Random random)
    {
        var bytes = _entryPlaces.Put(_entry, household, consent);
        foreach (var place in _random)
        {
            random.NextBytes(bytes.AsSpan(place, Bytes16.SizeBytes));
        }

        return bytes;
    }

    internal byte[] Row(RowForm form, string household, string consent) => form == RowForm.Whole
        ? _rowPlaces.Put(_row, household, consent)
        : _narrowPlaces.Put(_narrowRow, household, consent);

    // What is longer than 16 bytes stands there in pieces of them.
    private void Find(List<int> places, ReadOnlySpan<byte> value)
    {
        var at = _entry.AsSpan().IndexOf(value);
        for (var i = 0; i < value.Length; i += Bytes16.SizeBytes)
        {
            places.Add(at + i);
        }
    }

    private sealed record Places(ImmutableArray<int> Household, ImmutableArray<int> Consent)
    {
        internal static Places Of(byte[] bytes, byte[] household, byte[] consent) =>
            new([.. All(bytes, household)], [.. All(bytes, consent)]);

        internal byte[] Put(byte[] mould, string household, string consent)
        {
            var bytes = mould.AsSpan().ToArray();
            foreach (var at in Household)
            {
                _ = Encoding.ASCII.GetBytes(household, bytes.AsSpan(at));
            }

            foreach (var at in Consent)
            {
                _ = Encoding.ASCII.GetBytes(consent, bytes.AsSpan(at));
            }

            return bytes;
        }

        private static IEnumerable<int> All(byte[] bytes, byte[] value)
        {
            for (var at = 0; at <= bytes.Length - value.Length; at++)
            {
                if (bytes.AsSpan(at, value.Length).SequenceEqual(value))
                {
                    yield return at;
                }
            }
        }
    }
}
