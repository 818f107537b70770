using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Exchange.Engine.Contents;
using Exchange.Grains.Datasets;
using Exchange.Grains.Values;

namespace Exchange.Silo.Demo;

/// <summary>
/// Reads any CSV with one row per household. What the exchange would refuse of it is told here, with its line, before a
/// node is started.
/// </summary>
internal static class DemoTableReader
{
    private const int HouseholdsMax = 1_000_000;
    private const int ColumnsMax = 512;
    private const int KeySizeBytesMax = 128;

    /// <summary>Reads a table; types are taken from the cells.</summary>
    /// <exception cref="DemoException">The file is not such a table.</exception>
    internal static DemoTable Read(string path, string key)
    {
        if (!File.Exists(path))
        {
            throw new DemoException($"There is no file {path}.");
        }

        try
        {
            // With or without a byte order mark; bytes that are not UTF-8 are refused rather than replaced.
            using var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            using var csv = new CsvReader(
                text, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null });
            return Read(path, key, csv);
        }
        catch (DecoderFallbackException)
        {
            throw new DemoException($"{path} is not UTF-8. Save it as UTF-8, with or without a byte order mark.");
        }
        // Boundary: whatever keeps a file from being read is told in one form.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"{path} cannot be read: {fault.Message}");
        }
    }

    private static DemoTable Read(string path, string key, CsvReader csv)
    {
        if (!csv.Read() || !csv.ReadHeader() || csv.HeaderRecord is not { } header)
        {
            throw new DemoException($"{path} is empty: expected a header line and one row per household.");
        }

        var names = NamesOf(path, header);
        var at = Array.IndexOf(header, key);
        if (at < 0)
        {
            throw new DemoException($"{path} has no column '{key}'; its columns: {string.Join(", ", header)}.");
        }

        if (names.Length == 1)
        {
            throw new DemoException($"{path} has no column but the key '{key}': there is nothing to deliver.");
        }

        var rows = RowsOf(path, csv, names, at);
        var told = names.Select((name, index) => index == at ? name : Unreserved(name)).ToImmutableArray();
        return new(names[at], [.. told.Select((name, index) => ColumnOf(name, rows, index))], rows);
    }

    // What is delivered has the pseudonyms under this name, so a dataset may not have another column of it.
    private static ColumnName Unreserved(ColumnName name) =>
        name == DatasetRules.SubjectColumn ? ColumnName.Parse("subject (as in the table)") : name;

    private static ImmutableArray<ColumnName> NamesOf(string path, string[] header)
    {
        if (header.Length > ColumnsMax)
        {
            throw new DemoException($"{path}: expected at most {ColumnsMax} columns, found {header.Length}.");
        }

        var names = ImmutableArray.CreateBuilder<ColumnName>(header.Length);
        foreach (var text in header)
        {
            if (!ColumnName.TryParse(text, out var name))
            {
                throw new DemoException(
                    $"{path}, column {names.Count + 1}: '{text}' cannot be a column's name. It has 1 to "
                    + $"{ColumnName.SizeBytesMax} bytes, and no space at either end.");
            }

            if (names.Contains(name))
            {
                throw new DemoException($"{path} has two columns '{name}'. Name each column once.");
            }

            names.Add(name);
        }

        return names.MoveToImmutable();
    }

    private static ImmutableArray<ImmutableArray<string>> RowsOf(
        string path, CsvReader csv, ImmutableArray<ColumnName> names, int key)
    {
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        var lineByKey = new Dictionary<string, int>(StringComparer.Ordinal);
        while (csv.Read())
        {
            var line = csv.Parser.RawRow;
            if (csv.Parser.Record is not { } cells || cells.Length != names.Length)
            {
                throw new DemoException(
                    $"{path}, line {line}: expected {names.Length} cells, found {csv.Parser.Count}.");
            }

            if (rows.Count == HouseholdsMax)
            {
                throw new DemoException($"{path}, line {line}: expected at most {HouseholdsMax} rows.");
            }

            RefuseBadCells(path, line, names, cells);
            if (cells[key].Length == 0 || Encoding.UTF8.GetByteCount(cells[key]) > KeySizeBytesMax)
            {
                throw new DemoException(
                    $"{path}, line {line}: expected 1 to {KeySizeBytesMax} bytes in the key column "
                    + $"'{names[key]}', found "
                    + $"{Encoding.UTF8.GetByteCount(cells[key])}.");
            }

            if (!lineByKey.TryAdd(cells[key], line))
            {
                throw new DemoException(
                    $"{path}, line {line}: the key column '{names[key]}' has the same value as in line "
                    + $"{lineByKey[cells[key]]}; expected one row per household.");
            }

            rows.Add([.. cells]);
        }

        return rows.Count > 0
            ? rows.ToImmutable()
            : throw new DemoException($"{path} has a header line and no rows: expected one row per household.");
    }

    private static void RefuseBadCells(string path, int line, ImmutableArray<ColumnName> names, string[] cells)
    {
        for (var index = 0; index < cells.Length; index++)
        {
            if (FaultOf(cells[index], ColumnType.Text, names[index]) is { } fault)
            {
                throw new DemoException($"{path}, line {line}, column '{names[index]}': {fault}.");
            }
        }
    }

    // The narrowest type whose rule takes every cell, by the rules that the upload goes by.
    private static Column ColumnOf(ColumnName name, ImmutableArray<ImmutableArray<string>> rows, int index)
    {
        var cells = rows.Select(row => row[index]).Where(cell => cell.Length > 0).ToArray();
        var type = cells.Length == 0
            ? ColumnType.Text
            : new[] { ColumnType.Integer, ColumnType.Decimal, ColumnType.Text }.First(
                candidate => cells.All(cell => FaultOf(cell, candidate, name) is null));
        return new(name, type, Required: false);
    }

    private static string? FaultOf(string cell, ColumnType type, ColumnName name) =>
        CellRules.FaultOf(Encoding.UTF8.GetBytes(cell), new(name, type, Required: false));
}
