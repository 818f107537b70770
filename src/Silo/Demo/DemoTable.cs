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
<<<<<<< HEAD

    /// <summary>Reads any CSV with one row per household; types are taken from the cells.</summary>
    /// <exception cref="DemoException">The file is not such a table.</exception>
    public static DemoTable Read(string path, string key)
    {
        if (!File.Exists(path))
        {
            throw new DemoException($"There is no file {path}.");
        }

        using var csv = new CsvReader(
            new StreamReader(path), new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null });
        if (!csv.Read() || !csv.ReadHeader() || csv.HeaderRecord is not { } header)
        {
            throw new DemoException($"{path} has no header line.");
        }

        var rows = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        while (csv.Read())
        {
            if (csv.Parser.Count != header.Length || rows.Count == HouseholdsMax)
            {
                throw new DemoException(
                    $"{path}, line {csv.Parser.RawRow}: expected {header.Length} cells, found {csv.Parser.Count}; "
                    + $"at most {HouseholdsMax} rows.");
            }

            rows.Add([.. csv.Parser.Record!]);
        }

        return Of(path, header, key, rows.ToImmutable());
    }

    private static DemoTable Of(
        string path, string[] header, string key, ImmutableArray<ImmutableArray<string>> rows)
    {
        var at = Array.IndexOf(header, key);
        if (at < 0)
        {
            throw new DemoException($"{path} has no column '{key}'; its columns: {string.Join(", ", header)}.");
        }

        if (rows.IsEmpty || rows.Select(row => row[at]).Distinct(StringComparer.Ordinal).Count() != rows.Length)
        {
            throw new DemoException($"{path} must have rows, and the column '{key}' another value in each.");
        }

        var columns = ImmutableArray.CreateBuilder<Column>(header.Length);
        for (var column = 0; column < header.Length; column++)
        {
            if (!ColumnName.TryParse(header[column], out var name))
            {
                throw new DemoException($"{path}: '{header[column]}' cannot be a column's name.");
            }

            var index = column;
            columns.Add(new(name, TypeOf(rows, index), Required: false));
        }

        return new(columns[at].Name, columns.MoveToImmutable(), rows);
    }

    private static ColumnType TypeOf(ImmutableArray<ImmutableArray<string>> rows, int column)
    {
        var cells = rows.Select(row => row[column]).Where(cell => cell.Length > 0).ToArray();
        if (cells.Length > 0 && cells.All(cell => long.TryParse(
            cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
        {
            return ColumnType.Integer;
        }

        return cells.Length > 0 && cells.All(cell => decimal.TryParse(
            cell, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
            ? ColumnType.Decimal
            : ColumnType.Text;
    }
=======
>>>>>>> w-silo
}

/// <summary>The story cannot be told with what it was given; the message says why.</summary>
public sealed class DemoException(string message) : Exception(message);
