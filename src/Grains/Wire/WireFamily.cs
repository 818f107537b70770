using System.Collections.Frozen;
using System.Reflection;

namespace Exchange.Grains.Wire;

/// <summary>The numbered records of one family: commands, events, facts.</summary>
public sealed class WireFamily<TFamily>
    where TFamily : class
{
    private readonly FrozenDictionary<(int Type, int Version), Member> _byNumber;
    private readonly FrozenDictionary<Type, Member> _byType;

    internal WireFamily()
    {
        var members = typeof(WireCatalog).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(TFamily)) && type.GetCustomAttribute<WireAttribute>() is not null)
            .Select(Member.Of)
            .ToArray();
        var forms = EventForms.Of<TFamily>();
        _byNumber = Enumerable.Range(0, 1 + forms.ReadAhead)
            .SelectMany(ahead => members.Select(member => member with { Version = member.Version + ahead }))
            .ToFrozenDictionary(member => (member.Number, member.Version));
        _byType = members.Select(member => member with { Version = member.Version + forms.WrittenAhead })
            .ToFrozenDictionary(member => member.Type);
    }

    private delegate TFamily ReadMember(ref CanonicalReader reader);

    /// <summary>All records of the family.</summary>
    public IEnumerable<Type> Types => _byType.Keys;

    /// <summary>The number and version of a record.</summary>
    public (int Type, int Version) NumberOf(Type type) => (_byType[type].Number, _byType[type].Version);

    /// <summary>The canonical array of a record's fields.</summary>
    public byte[] Encode(TFamily value)
    {
        var writer = WireScratch.Rent();
        _byType[value.GetType()].Write(writer, value);
        var bytes = writer.ToArray();
        WireScratch.Return(writer);
        return bytes;
    }

    /// <summary>The canonical array of a record's fields; nothing where it is what is given, to the byte.</summary>
    public byte[]? EncodeUnless(TFamily value, ReadOnlySpan<byte> same)
    {
        var writer = WireScratch.Rent();
        _byType[value.GetType()].Write(writer, value);
        var bytes = writer.Written.SequenceEqual(same) ? null : writer.ToArray();
        WireScratch.Return(writer);
        return bytes;
    }

    /// <summary>Reads the fields of the record with a number.</summary>
    /// <exception cref="CanonicalFormatException">The number is unknown or the fields are not canonical.</exception>
    public TFamily Decode(int type, int version, ReadOnlySpan<byte> fields)
    {
        if (!_byNumber.TryGetValue((type, version), out var member))
        {
            throw new CanonicalFormatException($"Unknown {typeof(TFamily).Name} {type}, version {version}", 0);
        }

        var reader = new CanonicalReader(fields);
        var value = member.Read(ref reader);
        reader.ExpectEnd();
        return value;
    }

    private sealed record Member(
        int Number, int Version, Type Type, ReadMember Read, Action<CanonicalWriter, TFamily> Write)
    {
        internal static Member Of(Type type)
        {
            var wire = type.GetCustomAttribute<WireAttribute>()!;
            return (Member)typeof(Member).GetMethod(nameof(Make), BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(type)
                .Invoke(null, [wire])!;
        }

        private static Member Make<T>(WireAttribute wire)
            where T : TFamily
            => new(
                wire.Type, wire.Version, typeof(T),
                static (ref CanonicalReader reader) => WireCodec<T>.Read(ref reader),
                static (writer, value) => WireCodec<T>.Write(writer, (T)value));
    }
}
