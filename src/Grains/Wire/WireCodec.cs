using System.Linq.Expressions;
using System.Reflection;

namespace Exchange.Grains.Wire;

public delegate T WireRead<out T>(ref CanonicalReader reader);

public delegate void WireWrite<in T>(CanonicalWriter writer, T value);

/// <summary>
/// The canonical form of a record: an array of its constructor's parameters, in order. Built once per type from the
/// record's own declaration, so that the list of fields, the codec and the code cannot disagree.
/// </summary>
public static class WireCodec<T>
{
    private static readonly WireRead<T> Reader;
    private static readonly WireWrite<T> Writer;

    static WireCodec()
    {
        var form = WireForms.Of<T>();
        Reader = form.Read;
        Writer = form.Write;
    }

    /// <summary>Reads one value.</summary>
    /// <exception cref="CanonicalFormatException">It is not the canonical form of the type.</exception>
    public static T Read(ref CanonicalReader reader) => Reader(ref reader);

    /// <summary>Writes one value.</summary>
    public static void Write(CanonicalWriter writer, T value) => Writer(writer, value);

    /// <summary>Reads one value that takes all of the bytes.</summary>
    public static T Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        var value = Reader(ref reader);
        reader.ExpectEnd();
        return value;
    }

    /// <summary>The canonical bytes of one value.</summary>
    public static byte[] Encode(T value)
    {
        var writer = WireScratch.Rent();
        Writer(writer, value);
        var bytes = writer.ToArray();
        WireScratch.Return(writer);
        return bytes;
    }
}

/// <summary>Builds the codec of a record from its primary constructor.</summary>
internal static class RecordForm
{
    internal static WireForm<T> Build<T>()
    {
        var constructor = ConstructorOf(typeof(T));
        var parameters = constructor.GetParameters();
        var reader = Expression.Parameter(typeof(CanonicalReader).MakeByRefType(), "reader");
        var writer = Expression.Parameter(typeof(CanonicalWriter), "writer");
        var value = Expression.Parameter(typeof(T), "value");

        var locals = parameters.Select(p => Expression.Variable(p.ParameterType, p.Name)).ToArray();
        List<Expression> read = [Expression.Call(typeof(RecordForm), nameof(ExpectFields), null,
            reader, Expression.Constant(parameters.Length))];
        List<Expression> write = [Expression.Call(writer, nameof(CanonicalWriter.WriteArray), null,
            Expression.Constant(parameters.Length))];
        for (var i = 0; i < parameters.Length; i++)
        {
            var form = WireForms.Of(FieldType.Of(parameters[i]));
            var readForm = Expression.Constant(form.ReadDelegate);
            var writeForm = Expression.Constant(form.WriteDelegate);
            read.Add(Expression.Assign(locals[i], Expression.Invoke(readForm, reader)));
            write.Add(Expression.Invoke(writeForm, writer, Expression.Property(value, parameters[i].Name!)));
        }

        read.Add(Expression.New(constructor, locals));
        write.Add(Expression.Empty());
        return new(
            Expression.Lambda<WireRead<T>>(Expression.Block(locals, read), reader).Compile(),
            Expression.Lambda<WireWrite<T>>(Expression.Block(write), writer, value).Compile());
    }

    internal static ConstructorInfo ConstructorOf(Type type) =>
        type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .Where(c => c.GetParameters() is not [var only] || only.ParameterType != type)
            .MaxBy(c => c.GetParameters().Length)
        ?? throw new InvalidOperationException($"{type.Name} has no constructor to read it with.");

    public static void ExpectFields(ref CanonicalReader reader, int count) => reader.ExpectArray(count);
}
