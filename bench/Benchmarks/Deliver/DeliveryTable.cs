using System.Globalization;
using System.Text;
using Exchange.Grains.Datasets;
using Exchange.Grains.Values;

namespace Exchange.Benchmarks.Deliver;

/// <summary>A table about households as a department uploads it: a number of each household, and a few cells.</summary>
internal static class DeliveryTable
{
    private static readonly string[] Causes =
        ["ill", "disabled", "schooling", "disaster", "lack of land", "因病", "缺劳动力"];

    internal static ImmutableArray<Column> Columns { get; } =
    [
        Of("number", ColumnType.Text), Of("cause", ColumnType.Text), Of("income", ColumnType.Integer),
        Of("members", ColumnType.Integer), Of("village", ColumnType.Text), Of("assessed", ColumnType.Date),
    ];

    internal static ImmutableSortedSet<ColumnName> Delivered { get; } =
        [.. Columns.Skip(1).Select(column => column.Name)];

    internal static string NumberOf(int household) =>
        string.Create(CultureInfo.InvariantCulture, $"520102-{household:d7}");

    /// <summary>Writes so many rows of each household; their numbers are in another order than their ids.</summary>
    internal static void Write(Stream target, int households, int rowsEach, int seed)
    {
        var random = new Random(seed);
        using var text = new StreamWriter(
            target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
        text.Write(string.Join(',', Columns.Select(column => column.Name.Value)));
        text.Write("\r\n");
        for (var row = 0; row < rowsEach; row++)
        {
            for (var household = 0; household < households; household++)
            {
                var (cause, income, members) =
                    (Causes[random.Next(Causes.Length)], random.Next(100_000), random.Next(1, 9));
                var (village, month, day) = (random.Next(2000), random.Next(1, 13), random.Next(1, 29));
                text.Write(string.Create(
                    CultureInfo.InvariantCulture, $"{NumberOf(household)},{cause},{income},{members},"));
                text.Write(string.Create(
                    CultureInfo.InvariantCulture,
                    $"\"Village {village}, Huaxi\",20{row % 26:d2}-{month:d2}-{day:d2}\r\n"));
            }
        }
    }

    private static Column Of(string name, ColumnType type) => new(ColumnName.Parse(name), type, Required: true);
}
