using System.Globalization;
using Exchange.Grains.Values;

namespace Exchange.Silo.Demo;

/// <summary>A poverty register made up from a seed: one row per household.</summary>
public static class DemoRegistry
{
    public const int HouseholdsDefault = 2000;

    // Main causes of poverty as the registration card of households lists them.
    private static readonly ImmutableArray<string> Causes =
    [
        "illness", "disability", "schooling", "disaster", "lack of land", "lack of water", "lack of skills",
        "lack of labour", "lack of funds", "poor roads", "lack of drive",
    ];

    /// <summary>A register of this many households; the same seed makes the same register.</summary>
    public static DemoTable Generate(int seed, int households = HouseholdsDefault)
    {
        var random = new Random(seed);
        ImmutableArray<Column> columns =
        [
            Of("register_number", ColumnType.Text), Of("members", ColumnType.Integer), Of("cause", ColumnType.Text),
            Of("wage_income", ColumnType.Integer), Of("farm_income", ColumnType.Integer),
            Of("property_income", ColumnType.Integer), Of("transfer_income", ColumnType.Integer),
            Of("safe_water", ColumnType.Boolean),
        ];
        var rows = Enumerable.Range(1, households).Select(number => Row(random, number)).ToImmutableArray();
        return new(columns[0].Name, columns, rows);
    }

    private static Column Of(string name, ColumnType type) => new(ColumnName.Parse(name), type, Required: true);

    private static ImmutableArray<string> Row(Random random, int number) =>
    [
        $"52-{number.ToString("D7", CultureInfo.InvariantCulture)}",
        Text(random.Next(1, 8)),
        Causes[random.Next(Causes.Length)],
        Text(random.Next(0, 24_000)),
        Text(random.Next(0, 9_000)),
        Text(random.Next(0, 1_500)),
        Text(random.Next(0, 6_000)),
        random.Next(10) < 8 ? "true" : "false",
    ];

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
