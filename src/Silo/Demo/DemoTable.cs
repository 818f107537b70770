using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Exchange.Grains.Values;

namespace Exchange.Silo.Demo;

/// <summary>The households of the story: a table with one row each, and the column that numbers them.</summary>
/// <param name="KeyColumn">The column with the department's number of a household.</param>
/// <param name="Columns">All columns, the key's among them, in the table's order.</param>
/// <param name="Rows">The cells, in the order of the columns.</param>
public sealed record DemoTable(
    ColumnName KeyColumn, ImmutableArray<Column> Columns, ImmutableArray<ImmutableArray<string>> Rows)
{
    /// <summary>The number of a row's household.</summary>
    public string KeyOf(ImmutableArray<string> row) => row[KeyIndex];

    private int KeyIndex => Columns.IndexOf(Columns.Single(column => column.Name == KeyColumn));

    /// <summary>The columns that are delivered: all but the key.</summary>
    public IEnumerable<ColumnName> Delivered => Columns.Select(column => column.Name).Where(name => name != KeyColumn);

    /// <summary>The table as CSV, each row as often as asked: a larger table about the same households.</summary>
    public void WriteCsv(Stream target, int repeat = 1)
    {
        using var writer = new StreamWriter(target, leaveOpen: true);
        using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture);
        foreach (var column in Columns)
        {
            csv.WriteField(column.Name.Value);
        }

        csv.NextRecord();
        foreach (var row in Rows)
        {
            for (var copy = 0; copy < repeat; copy++)
            {
                foreach (var cell in row)
                {
                    csv.WriteField(cell);
                }

                csv.NextRecord();
            }
        }
    }
}

/// <summary>The story cannot be told with what it was given; the message says why.</summary>
public sealed class DemoException(string message) : Exception(message);
