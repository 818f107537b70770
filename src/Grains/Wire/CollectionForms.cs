using System.Diagnostics.CodeAnalysis;

namespace Exchange.Grains.Wire;

/// <summary>Lists keep their order; sets and the keys of maps are sorted by encoded bytes and unique.</summary>
internal static class CollectionForms
{
    internal static WireForm<ImmutableArray<T>> List<T>(FieldType field)
    {
        var form = (WireForm<T>)WireForms.Of(field.ElementOf(typeof(T)));
        return new(
            (ref CanonicalReader reader) =>
            {
                var items = ImmutableArray.CreateBuilder<T>(ReadCount(ref reader, field.CountMax));
                for (var left = items.Capacity; left > 0; left--)
                {
                    items.Add(form.Read(ref reader));
                }

                return items.MoveToImmutable();
            },
            (writer, values) =>
            {
                writer.WriteArray(values.Length);
                foreach (var value in values)
                {
                    form.Write(writer, value);
                }
            });
    }

    internal static WireForm<ImmutableSortedSet<T>> Set<T>(FieldType field)
    {
        var form = (WireForm<T>)WireForms.Of(field.ElementOf(typeof(T)));
        return new(
            (ref CanonicalReader reader) =>
            {
                var items = Empty<T>().ToBuilder();
                ReadSorted(ref reader, field.CountMax, (ref CanonicalReader r) => items.Add(form.Read(ref r)));
                return items.ToImmutable();
            },
            (writer, values) => WriteSorted(writer, values, (w, value) => form.Write(w, value)));
    }

    internal static WireForm<ImmutableSortedDictionary<TKey, TValue>> Map<TKey, TValue>(FieldType field)
        where TKey : notnull
    {
        var keys = (WireForm<TKey>)WireForms.Of(field.ElementOf(typeof(TKey)));
        var values = (WireForm<TValue>)WireForms.Of(field.ElementOf(typeof(TValue)));
        return new(
            (ref CanonicalReader reader) =>
            {
                var items = ImmutableSortedDictionary.CreateBuilder<TKey, TValue>(ComparerOf<TKey>());
                ReadSorted(ref reader, field.CountMax, (ref CanonicalReader r) =>
                {
                    r.ExpectArray(2);
                    items.Add(keys.Read(ref r), values.Read(ref r));
                });
                return items.ToImmutable();
            },
            (writer, map) => WriteSorted(writer, map, (w, pair) =>
            {
                w.WriteArray(2);
                keys.Write(w, pair.Key);
                values.Write(w, pair.Value);
            }));
    }

    private delegate void ReadItem(ref CanonicalReader reader);

    private static ImmutableSortedSet<T> Empty<T>() => ImmutableSortedSet<T>.Empty.WithComparer(ComparerOf<T>());

    private static IComparer<T> ComparerOf<T>() =>
        typeof(T) == typeof(string) ? (IComparer<T>)(object)StringComparer.Ordinal : Comparer<T>.Default;

    private static int ReadCount(ref CanonicalReader reader, int countMax)
    {
        var count = reader.ReadArray();
        return count <= countMax ? count : throw reader.Wrong($"Expected at most {countMax} items, found {count}");
    }

    [SuppressMessage("Design", "MA0042", Justification = "Nothing here waits.")]
    private static void ReadSorted(ref CanonicalReader reader, int countMax, ReadItem read)
    {
        ReadOnlySpan<byte> before = default;
        for (var left = ReadCount(ref reader, countMax); left > 0; left--)
        {
            var encoded = reader.ReadEncoded();
            if (before.SequenceCompareTo(encoded) >= 0)
            {
                throw reader.Wrong("Expected items in ascending order of their bytes");
            }

            var item = new CanonicalReader(encoded);
            read(ref item);
            before = encoded;
        }
    }

    private static void WriteSorted<T>(CanonicalWriter writer, IReadOnlyCollection<T> values, WireWrite<T> write)
    {
        writer.WriteArray(values.Count);
        var one = new CanonicalWriter();
        var encoded = new byte[values.Count][];
        var at = 0;
        foreach (var value in values)
        {
            one.Reset();
            write(one, value);
            encoded[at++] = one.ToArray();
        }

        Array.Sort(encoded, static (left, right) => left.AsSpan().SequenceCompareTo(right));
        foreach (var bytes in encoded)
        {
            writer.WriteEncoded(bytes);
        }
    }
}
