using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace Exchange.Api.Parsing;

/// <summary>
/// Holds texts and lists to the bounds that records declare with <see cref="TextAttribute"/> and
/// <see cref="CountAttribute"/>: the same that hold on a chain, so that nothing fails later.
/// </summary>
internal static class InputLimits
{
    private const int ErrorsMax = 100;

    private static readonly ConcurrentDictionary<Type, ImmutableArray<Field>> FieldsByType = new();

    /// <summary>What is too long, in order; nothing where all is well.</summary>
    internal static IReadOnlyList<ProblemError> Check(object body)
    {
        List<ProblemError> errors = [];
        CheckRecord(body, "", errors);
        return errors;
    }

    private static void CheckRecord(object value, string at, List<ProblemError> errors)
    {
        foreach (var field in FieldsByType.GetOrAdd(value.GetType(), FieldsOf))
        {
            if (errors.Count < ErrorsMax && field.Property.GetValue(value) is { } found)
            {
                CheckValue(found, field, $"{at}/{field.Name}", errors);
            }
        }
    }

    private static void CheckValue(object value, Field field, string at, List<ProblemError> errors)
    {
        switch (value)
        {
            case string text:
                CheckText(text, field, at, errors);
                break;
            case IDictionary map:
                CheckCount(map.Count, field, at, errors);
                foreach (DictionaryEntry entry in map)
                {
                    CheckText(entry.Key.ToString() ?? "", field with { SizeBytesMax = 64, Prose = false }, at, errors);
                    CheckValue(entry.Value!, field, $"{at}/{entry.Key}", errors);
                }

                break;
            case ICollection items:
                CheckCount(items.Count, field, at, errors);
                var index = 0;
                foreach (var item in items)
                {
                    CheckValue(item, field, string.Create(null, $"{at}/{index++}"), errors);
                }

                break;
            case var record when record.GetType().IsClass:
                CheckRecord(record, at, errors);
                break;
        }
    }

    private static void CheckText(string text, Field field, string at, List<ProblemError> errors)
    {
        if (Encoding.UTF8.GetByteCount(text) > field.SizeBytesMax)
        {
            errors.Add(new(at, $"Expected at most {field.SizeBytesMax} bytes of UTF-8."));
        }
        else if (text.EnumerateRunes().Any(rune => Rune.IsControl(rune) && !(field.Prose && rune.Value == '\n')))
        {
            errors.Add(new(at, "Expected text without control characters."));
        }
    }

    private static void CheckCount(int count, Field field, string at, List<ProblemError> errors)
    {
        if (count > field.CountMax)
        {
            errors.Add(new(at, $"Expected at most {field.CountMax} items."));
        }
    }

    private static ImmutableArray<Field> FieldsOf(Type type)
    {
        var parameters = type.GetConstructors().MaxBy(c => c.GetParameters().Length)?.GetParameters() ?? [];
        return
        [
            .. from parameter in parameters
               let property = type.GetProperty(parameter.Name!)
               where property is not null && !property.PropertyType.IsPrimitive && !property.PropertyType.IsEnum
               select new Field(
                   property, JsonNamingPolicy.CamelCase.ConvertName(property.Name),
                   parameter.GetCustomAttribute<TextAttribute>()?.SizeBytesMax ?? FieldType.TextSizeBytesDefault,
                   parameter.GetCustomAttribute<TextAttribute>()?.Prose ?? false,
                   parameter.GetCustomAttribute<CountAttribute>()?.CountMax ?? FieldType.CountDefault),
        ];
    }

    private sealed record Field(PropertyInfo Property, string Name, int SizeBytesMax, bool Prose, int CountMax);
}
