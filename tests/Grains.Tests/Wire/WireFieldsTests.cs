using System.Reflection;
using System.Text;

namespace Exchange.Grains.Tests.Wire;

/// <summary>Numbers and fields of what stands on chains never change: the list of them is checked in.</summary>
public sealed class WireFieldsTests
{
    private static readonly string ListPath = Path.Combine(Repository.Root, "tests", "Vectors", "wire-fields.txt");

    [Fact]
    public void Numbers_and_fields_are_those_of_the_list()
    {
        var found = Describe();
        if (Environment.GetEnvironmentVariable("EXCHANGE_WRITE_FIELDS") == "true")
        {
            File.WriteAllText(ListPath, found);
        }

        Assert.True(
            File.ReadAllText(ListPath) == found,
            "Expected the fields of tests/Vectors/wire-fields.txt. To accept new ones: EXCHANGE_WRITE_FIELDS=true.");
    }

    [Fact]
    public void Only_sealed_texts_are_marked_personal_and_every_one_is() =>
        Assert.All(Describe().Split('\n'), line => Assert.Equal(
            line.Contains("SealedText", StringComparison.Ordinal) && line[0] == ' ',
            line.EndsWith(" personal", StringComparison.Ordinal)));

    private static string Describe()
    {
        var text = new StringBuilder();
        var nested = new SortedDictionary<string, Type>(StringComparer.Ordinal);
        Family(text, "command", WireCatalog.Commands, nested);
        Family(text, "event", WireCatalog.Events, nested);
        Family(text, "fact", WireCatalog.Facts, nested);
        Nested(text, nested);
        return text.ToString();
    }

    private static void Family<T>(
        StringBuilder text, string title, WireFamily<T> family, SortedDictionary<string, Type> nested)
        where T : class
    {
        foreach (var type in family.Types.OrderBy(type => family.NumberOf(type)))
        {
            var (number, version) = family.NumberOf(type);
            text.Append($"{title} {number} version {version} {type.Name}\n");
            Fields(text, type, nested);
        }
    }

    private static void Nested(StringBuilder text, SortedDictionary<string, Type> nested)
    {
        var done = new HashSet<Type>();
        while (nested.Values.FirstOrDefault(type => !done.Contains(type)) is { } type)
        {
            done.Add(type);
            if (!type.IsEnum)
            {
                Fields(new(), type, nested);
            }
        }

        foreach (var (name, type) in nested.ToList())
        {
            if (type.IsEnum)
            {
                var values = Enum.GetValues(type).Cast<object>()
                    .Select(value => $"  {Convert.ToInt32(value, null)} {value}\n");
                text.Append($"enum {name}\n").AppendJoin("", values);
            }
            else
            {
                text.Append($"record {name}\n");
                Fields(text, type, nested);
            }
        }
    }

    private static void Fields(StringBuilder text, Type type, SortedDictionary<string, Type> nested)
    {
        foreach (var parameter in RecordForm.ConstructorOf(type).GetParameters())
        {
            var field = FieldType.Of(parameter);
            var optional = field.Optional ? "?" : "";
            var mark = field.Type == typeof(SealedText) ? " personal" : "";
            text.Append($"  {parameter.Name}: {NameOf(field.Type)}{optional}{BoundsOf(parameter)}{mark}\n");
            Collect(field.Type, nested);
        }
    }

    private static string BoundsOf(ParameterInfo parameter)
    {
        var size = parameter.GetCustomAttribute<TextAttribute>() is { } text
            ? $" at most {text.SizeBytesMax} bytes"
            : "";
        return size + (parameter.GetCustomAttribute<CountAttribute>() is { } count
            ? $" at most {count.CountMax} items"
            : "");
    }

    private static string NameOf(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? NameOf(inner)
        : type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
            : type.Name;

    private static void Collect(Type type, SortedDictionary<string, Type> nested)
    {
        foreach (var inner in type.IsGenericType ? type.GetGenericArguments() : [type])
        {
            if (inner.IsGenericType)
            {
                Collect(inner, nested);
            }
            else if (inner.IsEnum || (inner.IsClass && inner != typeof(string) && inner != typeof(SealedText)))
            {
                nested[inner.Name] = inner;
            }
        }
    }
}
