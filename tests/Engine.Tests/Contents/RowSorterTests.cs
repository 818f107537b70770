using System.Globalization;
using System.Text;
using Exchange.Engine.Contents;

namespace Exchange.Engine.Tests.Contents;

public sealed class RowSorterTests
{
    [Theory]
    [InlineData(int.MaxValue, 1)]
    [InlineData(20_000, 2)]
    [InlineData(2_000, 3)]
    public void Rows_come_sorted_whatever_fits_into_memory(int memory, int kept)
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("EXCHANGE_SEED"), CultureInfo.InvariantCulture, out var wanted)
            ? wanted
            : kept;
        var random = new Random(seed);
        using var sorter = new RowSorter(Path.GetTempPath(), memory);
        var expected = new List<(SubjectPlace Place, int Number)>();
        for (var number = 0; number < 5_000; number++)
        {
            var place = new SubjectPlace(
                GrainKey.Parse($"h{random.Next(300)}"),
                random.Next(3) == 0 ? null : GrainKey.Parse($"m{random.Next(3)}"),
                GrainKey.Parse($"i{random.Next(2)}"), new(0));
            expected.Add((place, number));
            sorter.Add(place, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
        }

        var found = sorter.Read()
            .Select(row => (row.Place, int.Parse(Encoding.ASCII.GetString(row.Row.Span), CultureInfo.InvariantCulture)))
            .ToList();

        Assert.True(expected.OrderBy(row => row.Place).ThenBy(row => row.Number).SequenceEqual(found), $"seed={seed}");
        Assert.Equal(memory == int.MaxValue, sorter.RunsSpooled == 0);
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), "exchange-spool-*"));
    }
}
