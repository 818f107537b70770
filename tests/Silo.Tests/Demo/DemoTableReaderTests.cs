using System.Text;
using Exchange.Grains.Values;
using Exchange.Silo.Demo;
using Exchange.Silo.Tests.Programs;

namespace Exchange.Silo.Tests.Demo;

public sealed class DemoTableReaderTests
{
    [Theory]
    [InlineData("", "is empty")]
    [InlineData("id,a\n", "no rows")]
    [InlineData("number,a\n1,2\n", "no column 'id'; its columns: number, a")]
    [InlineData("id\n1\n", "nothing to deliver")]
    [InlineData("id,a,a\n1,2,3\n", "two columns 'a'")]
    [InlineData("id,,a\n1,2,3\n", "column 2: '' cannot be a column's name")]
    [InlineData("id, a\n1,2\n", "column 2: ' a' cannot be a column's name")]
    [InlineData("id,a\n1,2\n2\n", "line 3: expected 2 cells, found 1")]
    [InlineData("id,a\n1,2\n2,3,4\n", "line 3: expected 2 cells, found 3")]
    [InlineData("id,a\n1,2\n,3\n", "line 3: expected 1 to 128 bytes in the key column 'id', found 0")]
    [InlineData("id,a\n1,2\n\n\n1,3\n", "line 5: the key column 'id' has the same value as in line 2")]
    [InlineData("id,a\n1,x\u0001y\n", "line 2, column 'a': control-character")]
    public void A_table_with_a_fault_is_refused_with_its_place(string text, string expected)
    {
        using var folder = new WorkFolder();
        var path = folder.Write("table.csv", text);

        var refused = Assert.Throws<DemoException>(() => DemoTableReader.Read(path, "id"));

        Assert.StartsWith(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_in_another_encoding_is_refused_rather_than_read_wrongly()
    {
        using var folder = new WorkFolder();
        File.WriteAllBytes(folder.In("latin.csv"), Encoding.Latin1.GetBytes("id,name\n1,é\n"));

        var refused = Assert.Throws<DemoException>(() => DemoTableReader.Read(folder.In("latin.csv"), "id"));

        Assert.Contains("is not UTF-8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_told()
    {
        using var folder = new WorkFolder();

        _ = Assert.Throws<DemoException>(() => DemoTableReader.Read(folder.In("none.csv"), "id"));
        _ = Assert.Throws<DemoException>(() => DemoTableReader.Read(folder.Path, "id"));
    }

    // The rules of the upload are narrower than those of most readers of numbers.
    [Theory]
    [InlineData("1", "-5", ColumnType.Integer)]
    [InlineData("1", "", ColumnType.Integer)]
    [InlineData("1", "01", ColumnType.Text)]
    [InlineData("1", "+1", ColumnType.Text)]
    [InlineData("1", "9223372036854775808", ColumnType.Decimal)]
    [InlineData("1.5", "-0.25", ColumnType.Decimal)]
    [InlineData("1.5", "1.", ColumnType.Text)]
    [InlineData("1.5", ".5", ColumnType.Text)]
    [InlineData("1.5", "1e5", ColumnType.Text)]
    [InlineData("1.5", "1 000", ColumnType.Text)]
    [InlineData("", "", ColumnType.Text)]
    public void A_column_gets_the_narrowest_type_that_takes_all_its_cells(string one, string other, ColumnType expected)
    {
        using var folder = new WorkFolder();

        var table = DemoTableReader.Read(folder.Write("t.csv", $"id,value\n1,{one}\n2,{other}\n"), "id");

        Assert.Equal(expected, table.Columns[1].Type);
    }

    [Fact]
    public void Marks_quotes_and_line_breaks_are_read_as_they_are_meant()
    {
        using var folder = new WorkFolder();
        var path = folder.Write("t.csv", "\ufeffid,\"a, \"\"b\"\"\",数据\r\n1,\"x\r\ny\",你好\r\n");

        var table = DemoTableReader.Read(path, "id");

        Assert.Equal(["id", "a, \"b\"", "数据"], table.Columns.Select(column => column.Name.Value));
        Assert.Equal<string>(["1", "x\r\ny", "你好"], table.Rows[0]);
    }
}
