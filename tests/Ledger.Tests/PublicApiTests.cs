using System.Reflection;
using System.Runtime.CompilerServices;

namespace Exchange.Ledger.Tests;

/// <summary>What others build on is a file: a change of the contract is a diff.</summary>
public sealed class PublicApiTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_public_members_are_the_ones_in_the_file()
    {
        var path = Path.Combine(Repository.Root, "src", "Ledger", "PublicApi.txt");
        var found = string.Concat(Lines().Order(StringComparer.Ordinal).Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("EXCHANGE_WRITE_API") == "true")
        {
            File.WriteAllText(path, found);
        }

        Assert.True(
            found == File.ReadAllText(path),
            "Expected the members of src/Ledger/PublicApi.txt. To accept the change: EXCHANGE_WRITE_API=true.");
    }

    [Fact]
    public void The_ledger_uses_nothing_but_the_base_library() =>
        Assert.All(
            typeof(Digest).Assembly.GetReferencedAssemblies(),
            name => Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));

    private static IEnumerable<string> Lines()
    {
        foreach (var type in typeof(Digest).Assembly.GetTypes().Where(type => type.IsVisible))
        {
            yield return $"{Name(type)}";
            foreach (var member in type.GetMembers(Declared).Where(IsOurs))
            {
                yield return $"{Name(type)}.{Describe(member)}";
            }
        }
    }

    // Records bring members of their own, which follow from the properties.
    private static bool IsOurs(MemberInfo member) =>
        !member.IsDefined(typeof(CompilerGeneratedAttribute))
        && member is not (Type or MethodInfo { IsSpecialName: true })
        && member.Name is not ("Deconstruct" or "PrintMembers" or "value__");

    private static string Describe(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } field => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), null)}",
        FieldInfo field => $"{field.Name}: {Name(field.FieldType)}",
        PropertyInfo property => $"{property.Name}: {Name(property.PropertyType)}",
        MethodInfo method => $"{method.Name}({Parameters(method)}): {Name(method.ReturnType)}",
        MethodBase constructor => $"new({Parameters(constructor)})",
        _ => member.Name,
    };

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(each => $"{Name(each.ParameterType)} {each.Name}"));

    private static string Name(Type type) => type.IsByRef ? $"ref {Name(type.GetElementType()!)}"
        : type.IsArray ? $"{Name(type.GetElementType()!)}[]"
        : type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}"
        : type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}"
                + $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
}
