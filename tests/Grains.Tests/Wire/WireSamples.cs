using System.Reflection;

namespace Exchange.Grains.Tests.Wire;

/// <summary>
/// Makes any value that the codec knows, from the same declarations, by chance and within its bounds.
/// </summary>
internal sealed class WireSamples(Random random)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    internal object Make(Type type)
    {
        var constructor = RecordForm.ConstructorOf(type);
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Of(FieldType.Of(p)))]);
    }

    private object? Of(FieldType field)
    {
        var type = Nullable.GetUnderlyingType(field.Type) ?? field.Type;
        if ((field.Optional || type != field.Type) && random.Next(3) == 0)
        {
            return null;
        }

        return Scalar(type, field) ?? (type.IsEnum ? OneOf(Enum.GetValues(type)) : null) ?? Collection(type, field)
            ?? Make(type.IsAbstract ? (Type)OneOf(type.GetNestedTypes().Where(IsCase).ToArray()) : type);
    }

    private object? Scalar(Type type, FieldType field) => type switch
    {
        _ when type == typeof(bool) => random.Next(2) == 0,
        _ when type == typeof(int) => random.Next(int.MinValue, int.MaxValue),
        _ when type == typeof(long) => random.NextInt64(long.MinValue, long.MaxValue),
        _ when type == typeof(string) => Text(Math.Min(field.SizeBytesMax, 40), field.Prose),
        _ when type == typeof(Digest) => new Digest(Bytes(Digest.SizeBytes)),
        _ when type == typeof(Bytes16) => Bytes16.From(Bytes(16)),
        _ when type == typeof(ExchangeId) => new ExchangeId(Bytes16.From(Bytes(16))),
        _ when type == typeof(CommandId) => new CommandId(Bytes16.From(Bytes(16))),
        _ when type == typeof(EntryIndex) => new EntryIndex(random.NextInt64(-1, UnixMilliseconds.Limit)),
        _ when type == typeof(EntryCount) => new EntryCount(random.NextInt64(0, UnixMilliseconds.Limit)),
        _ when type == typeof(UnixMilliseconds) => new UnixMilliseconds(random.NextInt64(0, UnixMilliseconds.Limit)),
        _ when type == typeof(GrainKey) => Key(),
        _ when type == typeof(ChainId) => new ChainId(
            (GrainKind)OneOf(Enum.GetValues<GrainKind>().Where(kind => kind != GrainKind.None).ToArray()), Key()),
        _ when type == typeof(SealedText) => new SealedText(Bytes(12), Bytes(random.Next(16, 60))),
        _ when type == typeof(ReadOnlyMemory<byte>) => (ReadOnlyMemory<byte>)Bytes(random.Next(60)),
        _ when type == typeof(ColumnName) => ColumnName.Parse(Text(20, prose: false, least: 1)),
        _ when type == typeof(PurposeCode) => PurposeCode.Parse("gx:" + Word(1 + random.Next(20))),
        _ when type == typeof(DivisionCode) => DivisionCode.Parse($"{random.Next(100_000, 1_000_000)}"),
        _ => null,
    };

    private object? Collection(Type type, FieldType field)
    {
        if (!type.IsGenericType)
        {
            return null;
        }

        var maker = type.GetGenericTypeDefinition() switch
        {
            var list when list == typeof(ImmutableArray<>) => nameof(List),
            var set when set == typeof(ImmutableSortedSet<>) => nameof(Set),
            _ => nameof(Map),
        };
        return typeof(WireSamples).GetMethod(maker, BindingFlags.Instance | BindingFlags.NonPublic)!
            .MakeGenericMethod(type.GetGenericArguments()).Invoke(this, [field]);
    }

    private ImmutableArray<T> List<T>(FieldType field) => [.. Items<T>(field)];

    private ImmutableSortedSet<T> Set<T>(FieldType field) => [.. Items<T>(field)];

    private ImmutableSortedDictionary<TKey, TValue> Map<TKey, TValue>(FieldType field)
        where TKey : notnull
    {
        var map = ImmutableSortedDictionary.CreateBuilder<TKey, TValue>();
        foreach (var key in Items<TKey>(field))
        {
            map[key] = (TValue)Of(field.ElementOf(typeof(TValue)))!;
        }

        return map.ToImmutable();
    }

    private List<T> Items<T>(FieldType field) => Enumerable
        .Range(0, random.Next(Math.Min(field.CountMax, 5))).Select(_ => (T)Of(field.ElementOf(typeof(T)))!).ToList();

    private string Text(int size, bool prose, int least = 0)
    {
        var text = Word(random.Next(least, Math.Max(least + 1, size / 4)));
        return text + (prose && size > 40 ? "\n" : "") + (size >= 4 * (text.Length + 1) ? "贵" : "");
    }

    private string Word(int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => Letters[random.Next(Letters.Length)]));

    private GrainKey Key() => GrainKey.Parse(Word(1 + random.Next(20)));

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private object OneOf(Array values) => values.GetValue(random.Next(values.Length))!;

    private static bool IsCase(Type type) => type.GetCustomAttribute<WireCaseAttribute>() is not null;
}
