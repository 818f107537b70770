using System.Runtime.CompilerServices;

namespace Exchange.Style.Tests;

/// <summary>Types that cannot be confused, facts that cannot be changed, trust that can be seen.</summary>
public sealed class TypesTests
{
    private const string AllowList = "tests/Style.Tests/adjacent-parameters.txt";

    private static readonly Type[] Primitives =
    [
        typeof(bool), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long),
        typeof(ulong), typeof(char), typeof(string), typeof(decimal), typeof(Guid),
        typeof(DateTimeOffset), typeof(TimeSpan),
    ];

    [Fact]
    public void Two_bare_values_never_stand_side_by_side()
    {
        var allowed = AllowedMembers().Keys;

        Holds.Nothing(Adjacent(LedgerAndGrains()).Where(each => !allowed.Contains(each.Path)));
    }

    [Fact]
    public void The_list_of_allowed_neighbours_is_needed_and_gives_reasons()
    {
        var found = Adjacent(LedgerAndGrains()).Select(each => each.Path).ToHashSet(StringComparer.Ordinal);

        Assert.All(AllowedMembers(), line => Assert.NotEmpty(line.Value));
        Assert.Empty(AllowedMembers().Keys.Except(found));
    }

    [Fact]
    public void Commands_and_events_are_closed_and_immutable() =>
        Holds.Nothing(OpenFacts(LedgerAndGrains().Where(type => !type.IsNestedPrivate)));

    [Fact]
    public void Constructors_that_skip_checks_are_internal_and_say_so() =>
        Holds.Nothing(PublicTrust(LedgerAndGrains()));

    [Fact]
    public void Bare_neighbours_are_found() => Assert.Equal(
        ["Planted..ctor", "Planted.Move"],
        Adjacent([typeof(Planted)]).Select(each => each.Path.Split('+')[^1]).Order(StringComparer.Ordinal));

    [Fact]
    public void Open_facts_are_found()
    {
        var found = OpenFacts([typeof(OpenEvent), typeof(OpenEvent.Changed), typeof(Outside)])
            .Select(each => each.ToString()).ToList();

        Assert.Contains(found, each => each.Contains("OpenEvent: has a constructor", StringComparison.Ordinal));
        Assert.Contains(found, each => each.Contains("Changed: is not sealed", StringComparison.Ordinal));
        Assert.Contains(found, each => each.Contains("Changed: At can be set", StringComparison.Ordinal));
        Assert.Contains(found, each => each.Contains("Outside: is neither nested", StringComparison.Ordinal));
        Assert.Empty(OpenFacts([typeof(ClosedEvent), typeof(ClosedEvent.Changed)]));
    }

    [Fact]
    public void Facts_closed_to_one_assembly_are_accepted_when_every_case_is_sealed()
    {
        Assert.Empty(OpenFacts([typeof(ClosedCommand), typeof(Move)]));

        var offender = Assert.Single(OpenFacts([typeof(ClosedCommand), typeof(Move), typeof(Turn)]));
        Assert.EndsWith("+Turn: is not sealed", offender.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Public_trust_is_found() =>
        Assert.Equal(typeof(Planted).FullName + ".FromTrusted", Assert.Single(PublicTrust([typeof(Planted)])).Path);

    private static IEnumerable<Type> LedgerAndGrains() =>
        new[] { "Exchange.Ledger", "Exchange.Grains" }.SelectMany(name => Assembly.Load(name).GetTypes())
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false));

    private static IEnumerable<Offender> Adjacent(IEnumerable<Type> types) =>
        from type in types
        where type.IsVisible && !typeof(Delegate).IsAssignableFrom(type)
        from member in type.GetMembers(EveryPublicMember).OfType<MethodBase>()
        where IsWritten(member)
        let parameters = member.GetParameters()
        from pair in parameters.Zip(parameters.Skip(1))
        where pair.First.ParameterType == pair.Second.ParameterType && Primitives.Contains(pair.First.ParameterType)
        select new Offender(
            $"{type.FullName}.{member.Name}", 0,
            $"{pair.First.ParameterType.Name} {pair.First.Name} stands beside {pair.Second.Name}");

    /// <summary>Written by us, not by the compiler for a record, and not prescribed by a base type.</summary>
    private static bool IsWritten(MethodBase member) =>
        !member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && member.Name is not ("Deconstruct" or "PrintMembers" or "Equals" or "Compare")
        && !member.Name.StartsWith("op_", StringComparison.Ordinal)
        && !(member is MethodInfo method && method.GetBaseDefinition() != method);

    private static IEnumerable<Offender> OpenFacts(IEnumerable<Type> types)
    {
        foreach (var type in types.Where(type => FamilyOf(type) is not null))
        {
            var name = type.FullName ?? type.Name;
            foreach (var property in type.GetProperties(EveryPublicMember).Where(CanBeSet))
            {
                yield return new Offender(name, 0, $"{property.Name} can be set after the fact");
            }

            if (!type.IsAbstract && !type.IsSealed)
            {
                yield return new Offender(name, 0, "is not sealed");
            }

            if (!type.IsAbstract && !IsKeptIn(type))
            {
                yield return new Offender(name, 0, "is neither nested nor kept in by its family");
            }

            if (type.IsAbstract && type.GetConstructors(EveryOwnConstructor).Any(each => LetsOthersDerive(each, type)))
            {
                yield return new Offender(name, 0, "has a constructor that lets others derive");
            }
        }
    }

    /// <summary>The nearest abstract record named as a command or event; the type itself when it is one.</summary>
    private static Type? FamilyOf(Type type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            var isNamed = at.Name.EndsWith("Command", StringComparison.Ordinal)
                || at.Name.EndsWith("Event", StringComparison.Ordinal);
            if (isNamed && at.IsAbstract && !at.IsInterface && at.GetMethod("<Clone>$") is not null)
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>
    /// Nested, or of a family that nobody outside its assembly can join: then all cases are in sight of one
    /// compilation.
    /// </summary>
    private static bool IsKeptIn(Type type) =>
        (type.DeclaringType is { } outer && outer.IsAssignableFrom(type))
        || (FamilyOf(type) is { } family
            && family.Assembly == type.Assembly
            && !family.GetConstructors(EveryOwnConstructor).Any(each => LetsOthersDerive(each, family)));

    private static bool CanBeSet(PropertyInfo property) =>
        property.SetMethod is { } set
        && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    /// <summary>A record's copy constructor is protected, but derives nothing without another one.</summary>
    private static bool LetsOthersDerive(ConstructorInfo constructor, Type type) =>
        !constructor.IsPrivate && !constructor.IsFamilyAndAssembly && !constructor.IsAssembly
        && !(constructor.GetParameters() is [var only] && only.ParameterType == type);

    private static IEnumerable<Offender> PublicTrust(IEnumerable<Type> types) =>
        from type in types
        from member in type.GetMembers(EveryPublicMember).OfType<MethodInfo>()
        where Pattern.Of("Trusted|Unchecked|Unsafe").IsMatch(member.Name)
        select new Offender($"{type.FullName}.{member.Name}", 0, "skips checks: make it internal, FromTrusted");

    private static Dictionary<string, string> AllowedMembers() =>
        Repository.Text(AllowList).Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 2))
            .ToDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1) ?? "", StringComparer.Ordinal);

    private const BindingFlags EveryPublicMember =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private const BindingFlags EveryOwnConstructor =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public sealed record Planted(long From, long To)
    {
        public static Planted FromTrusted(long from) => new(from, from);

        public static bool Move(string name, int by, int at) => by > at && name.Length > 0;

        public static bool Stay(string name, int by) => by > 0 && name.Length > 0;
    }

    public abstract record OpenEvent
    {
        public record Changed : OpenEvent
        {
            public int At { get; set; }
        }
    }

    private sealed record Outside : OpenEvent;

    private abstract record ClosedEvent
    {
        private ClosedEvent() { }

        public sealed record Changed(int At) : ClosedEvent;
    }

    public abstract record ClosedCommand
    {
        private protected ClosedCommand() { }
    }

    public sealed record Move(int By) : ClosedCommand;

    public record Turn(int By) : ClosedCommand;
}
