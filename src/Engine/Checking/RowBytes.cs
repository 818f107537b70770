using System.Collections.Concurrent;
using System.Reflection;

namespace Exchange.Engine.Checking;

/// <summary>The canonical bytes of a row: rows hold lists, so they are equal where their bytes are.</summary>
internal static class RowBytes
{
    private static readonly ConcurrentDictionary<Type, Func<Row, byte[]>> Encoders = new();

    internal static byte[] Of(Row row) => Encoders.GetOrAdd(row.GetType(), Make)(row);

    private static Func<Row, byte[]> Make(Type type) => typeof(RowBytes)
        .GetMethod(nameof(Encode), BindingFlags.Static | BindingFlags.NonPublic)!
        .MakeGenericMethod(type)
        .CreateDelegate<Func<Row, byte[]>>();

    private static byte[] Encode<TRow>(Row row)
        where TRow : Row
        => WireCodec<TRow>.Encode((TRow)row);
}
