using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Exchange.Grains.Wire;

internal interface IWireForm
{
    Delegate ReadDelegate { get; }

    Delegate WriteDelegate { get; }
}

internal sealed record WireForm<T>(WireRead<T> Read, WireWrite<T> Write) : IWireForm
{
    public Delegate ReadDelegate => Read;

    public Delegate WriteDelegate => Write;
}

/// <summary>Chooses the form of a type: scalar, optional, list, set, map, closed family or record.</summary>
internal static class WireForms
{
    internal static WireForm<T> Of<T>() => (WireForm<T>)Of(new FieldType(
        typeof(T), Optional: false, FieldType.TextSizeBytesDefault, Prose: false, FieldType.CountDefault,
        Shared: false));

    internal static IWireForm Of(FieldType field)
    {
        var type = field.Type;
        if (field.Shared)
        {
            return Make(nameof(SharedForm), [type], field with { Shared = false });
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Make(nameof(OptionalValue), [underlying], field.ElementOf(underlying));
        }

        if (field.Optional)
        {
            return Make(nameof(OptionalReference), [type], field with { Optional = false });
        }

        if (ScalarForms.Find(field) is { } scalar)
        {
            return scalar;
        }

        if (type.IsEnum)
        {
            return Make(nameof(EnumForm), [type], field);
        }

        if (type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IWireValue<>)))
        {
            return Make(nameof(ValueForm), [type], field);
        }

        if (type.IsGenericType)
        {
            return CollectionOf(field, type.GetGenericTypeDefinition(), type.GetGenericArguments());
        }

        return type.IsAbstract
            ? Make(nameof(FamilyForm), [type], field)
            : (IWireForm)Invoke(typeof(RecordForm), nameof(RecordForm.Build), [type], []);
    }

    private static IWireForm CollectionOf(FieldType field, Type definition, Type[] arguments)
    {
        var name = definition == typeof(ImmutableArray<>) ? nameof(CollectionForms.List)
            : definition == typeof(ImmutableSortedSet<>) ? nameof(CollectionForms.Set)
            : definition == typeof(ImmutableSortedDictionary<,>) ? nameof(CollectionForms.Map)
            : throw new NotSupportedException($"{field.Type} has no canonical form.");
        return (IWireForm)Invoke(typeof(CollectionForms), name, arguments, [field]);
    }

    internal static WireForm<T?> OptionalValue<T>(FieldType field)
        where T : struct
    {
        var form = (WireForm<T>)Of(field);
        return new(
            (ref CanonicalReader reader) => reader.TryReadNil() ? null : form.Read(ref reader),
            (writer, value) =>
            {
                if (value is { } present)
                {
                    form.Write(writer, present);
                }
                else
                {
                    writer.WriteNil();
                }
            });
    }

    internal static WireForm<T?> OptionalReference<T>(FieldType field)
        where T : class
    {
        var form = (WireForm<T>)Of(field);
        return new(
            (ref CanonicalReader reader) => reader.TryReadNil() ? null : form.Read(ref reader),
            (writer, value) =>
            {
                if (value is not null)
                {
                    form.Write(writer, value);
                }
                else
                {
                    writer.WriteNil();
                }
            });
    }

    internal static WireForm<T> SharedForm<T>(FieldType field)
    {
        var form = (WireForm<T>)Of(field);
        return form with { Read = new SharedValues<T>(form.Read).Read };
    }

    internal static WireForm<T> EnumForm<T>(FieldType field)
        where T : struct, Enum
    {
        _ = field;
        var numbers = Enum.GetValues<T>().Select(Unsafe.BitCast<T, int>).ToFrozenSet();
        return new(
            (ref CanonicalReader reader) =>
            {
                var number = (int)reader.ReadInteger(0, int.MaxValue);
                return numbers.Contains(number)
                    ? Unsafe.BitCast<int, T>(number)
                    : throw reader.Wrong($"Expected a {typeof(T).Name}, found {number}");
            },
            (writer, value) =>
            {
                var number = Unsafe.BitCast<T, int>(value);
                Unwritable.Unless(numbers.Contains(number), typeof(T), number);
                writer.WriteInteger(number);
            });
    }

    internal static WireForm<T> ValueForm<T>(FieldType field)
        where T : IWireValue<T>
    {
        _ = field;
        return new(T.ReadFrom, static (writer, value) => value.WriteTo(writer));
    }

    internal static WireForm<T> FamilyForm<T>(FieldType field)
        where T : class
    {
        _ = field;
        var cases = typeof(T).GetNestedTypes()
            .Select(type => (type.GetCustomAttribute<WireCaseAttribute>()?.Number, Type: type))
            .Where(c => c.Number is not null)
            .ToDictionary(
                c => c.Number!.Value,
                c => (c.Type, Form: (IWireForm<T>)Invoke(
                    typeof(WireForms), nameof(CaseForm), [typeof(T), c.Type], [])));
        var numbers = cases.ToDictionary(c => c.Value.Type, c => c.Key);
        return new(
            (ref CanonicalReader reader) =>
            {
                reader.ExpectArray(2);
                var number = (int)reader.ReadInteger(0, int.MaxValue);
                return cases.TryGetValue(number, out var found)
                    ? found.Form.Read(ref reader)
                    : throw reader.Wrong($"Expected a case of {typeof(T).Name}, found {number}");
            },
            (writer, value) =>
            {
                var number = numbers[value.GetType()];
                writer.WriteArray(2);
                writer.WriteInteger(number);
                cases[number].Form.Write(writer, value);
            });
    }

    internal static IWireForm<TFamily> CaseForm<TFamily, TCase>()
        where TFamily : class
        where TCase : TFamily
        => new CaseOf<TFamily, TCase>(RecordForm.Build<TCase>());

    private static IWireForm Make(string method, Type[] arguments, FieldType field) =>
        (IWireForm)Invoke(typeof(WireForms), method, arguments, [field]);

    private static object Invoke(Type owner, string method, Type[] types, object[] arguments) =>
        owner.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!
            .MakeGenericMethod(types)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!;

    internal interface IWireForm<T>
    {
        T Read(ref CanonicalReader reader);

        void Write(CanonicalWriter writer, T value);
    }

    private sealed class CaseOf<TFamily, TCase>(WireForm<TCase> form) : IWireForm<TFamily>
        where TFamily : class
        where TCase : TFamily
    {
        public TFamily Read(ref CanonicalReader reader) => form.Read(ref reader);

        public void Write(CanonicalWriter writer, TFamily value) => form.Write(writer, (TCase)value);
    }
}
