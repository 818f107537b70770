using System.Runtime.InteropServices;

namespace Exchange.Grains.Wire;

/// <summary>Lists keep their order; sets and the keys of maps are sorted by encoded bytes and unique.</summary>
internal static class CollectionForms
{
    internal static WireForm<ImmutableArray<T>> List<T>(FieldType field)
    {
        var form = (WireForm<T>)WireForms.Of(field.ElementOf(typeof(T)));
        var countMax = field.CountMax;
        return new(
            (ref CanonicalReader reader) =>
            {
                var count = ReadCount(ref reader, countMax);
                if (count == 0)
                {
                    return [];
                }

                var items = new T[count];
                for (var at = 0; at < count; at++)
                {
                    items[at] = form.Read(ref reader);
                }

                return ImmutableCollectionsMarshal.AsImmutableArray(items);
            },
            (writer, values) =>
            {
                Unwritable.Unless(
                    !values.IsDefault && values.Length <= countMax, typeof(ImmutableArray<T>),
                    values.IsDefault ? "none" : "too many items");
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
        var countMax = field.CountMax;
        var empty = ImmutableSortedSet<T>.Empty.WithComparer(ComparerOf<T>());
        return new(
            (ref CanonicalReader reader) =>
            {
                var count = ReadCount(ref reader, countMax);
                if (count == 0)
                {
                    return empty;
                }

                var items = new T[count];
                var order = new AscendingBytes();
                for (var at = 0; at < count; at++)
                {
                    var start = reader.Position;
                    items[at] = form.Read(ref reader);
                    order.Expect(ref reader, start);
                }

                return empty.Union(items) is var set && set.Count == count
                    ? set
                    : throw reader.Wrong("Expected every item once");
            },
            (writer, values) => WriteSorted(writer, values, countMax, form.Write));
    }

    internal static WireForm<ImmutableSortedDictionary<TKey, TValue>> Map<TKey, TValue>(FieldType field)
        where TKey : notnull
    {
        var keys = (WireForm<TKey>)WireForms.Of(field.ElementOf(typeof(TKey)));
        var values = (WireForm<TValue>)WireForms.Of(field.ElementOf(typeof(TValue)));
        var countMax = field.CountMax;
        var empty = ImmutableSortedDictionary<TKey, TValue>.Empty.WithComparers(ComparerOf<TKey>());
        return new(
            (ref CanonicalReader reader) =>
            {
                var count = ReadCount(ref reader, countMax);
                if (count == 0)
                {
                    return empty;
                }

                var items = empty.ToBuilder();
                var order = new AscendingBytes();
                for (var left = count; left > 0; left--)
                {
                    reader.ExpectArray(2);
                    var start = reader.Position;
                    var key = keys.Read(ref reader);
                    order.Expect(ref reader, start);
                    if (!items.TryAdd(key, values.Read(ref reader)))
                    {
                        throw reader.Wrong("Expected every key once");
                    }
                }

                return items.ToImmutable();
            },
            (writer, map) => WriteSorted(writer, map, countMax, (w, pair) =>
            {
                w.WriteArray(2);
                keys.Write(w, pair.Key);
                values.Write(w, pair.Value);
            }));
    }

    private static IComparer<T> ComparerOf<T>() =>
        typeof(T) == typeof(string) ? (IComparer<T>)(object)StringComparer.Ordinal : Comparer<T>.Default;

    private static int ReadCount(ref CanonicalReader reader, int countMax)
    {
        var count = reader.ReadArray();
        return count <= countMax ? count : throw reader.Wrong($"Expected at most {countMax} items, found {count}");
    }

    // Sorted by the bytes of each item; those of a pair begin with the key's, and no key's bytes begin another's.
    private static void WriteSorted<T>(
        CanonicalWriter writer, IReadOnlyCollection<T> values, int countMax, WireWrite<T> write)
    {
        Unwritable.Unless(values.Count <= countMax, typeof(IReadOnlyCollection<T>), values.Count);
        writer.WriteArray(values.Count);
        if (values.Count == 0)
        {
            return;
        }

        if (values.Count == 1)
        {
            foreach (var value in values)
            {
                write(writer, value);
            }

            return;
        }

        var items = WireScratch.Rent();
        var places = new Range[values.Count];
        var at = 0;
        foreach (var value in values)
        {
            var start = items.Written.Length;
            write(items, value);
            places[at++] = start..items.Written.Length;
        }

        if (IsAscending(items.Written, places))
        {
            writer.WriteEncoded(items.Written);
        }
        else
        {
            WriteInOrder(writer, items.WrittenMemory, places);
        }

        WireScratch.Return(items);
    }

    // What is sorted by its values mostly is by its bytes too.
    private static bool IsAscending(ReadOnlySpan<byte> encoded, Range[] places)
    {
        for (var at = 1; at < places.Length; at++)
        {
            if (encoded[places[at - 1]].SequenceCompareTo(encoded[places[at]]) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteInOrder(CanonicalWriter writer, ReadOnlyMemory<byte> encoded, Range[] places)
    {
        Array.Sort(
            places, (left, right) => encoded.Span[left].SequenceCompareTo(encoded.Span[right]));
        foreach (var place in places)
        {
            writer.WriteEncoded(encoded.Span[place]);
        }
    }

    /// <summary>Holds the bytes of the item before against those of the next.</summary>
    private ref struct AscendingBytes
    {
        private ReadOnlySpan<byte> _before;

        internal void Expect(ref CanonicalReader reader, int start)
        {
            var encoded = reader.Since(start);
            if (_before.SequenceCompareTo(encoded) >= 0)
            {
                throw reader.Wrong("Expected items in ascending order of their bytes");
            }

            _before = encoded;
        }
    }
}
