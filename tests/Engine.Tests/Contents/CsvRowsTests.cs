using System.Text;
using Exchange.Engine.Contents;

namespace Exchange.Engine.Tests.Contents;

public sealed class CsvRowsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a\n", "a")]
    [InlineData("a\r\n", "a")]
    [InlineData("a,b\r\nc,d", "a|b;c|d")]
    [InlineData("a,\r\n,d\r\n", "a|;|d")]
    [InlineData("\"a\",\"b\"\n", "a|b")]
    [InlineData("\"a,b\",c\n", "a,b|c")]
    [InlineData("\"a\"\"b\",c\n", "a\"b|c")]
    [InlineData("\"\",\"\"\n", "|")]
    [InlineData("\"\"\"\"\n", "\"")]
    [InlineData("\"a\nb\",c\n", "a\nb|c")]
    [InlineData("\"a\r\nb\"\r\nc", "a\r\nb;c")]
    [InlineData("a\n\nb\n", "a;;b")]
    [InlineData("\ufeffa,b\n", "a|b")]
    [InlineData(" a , b \n", " a | b ")]
    [InlineData("=1+1,@x\n", "=1+1|@x")]
    [InlineData("\u8d35\u5dde,\ud83c\udfe0\n", "\u8d35\u5dde|\ud83c\udfe0")]
    public async Task A_table_is_cut_as_RFC_4180_says(string csv, string expected)
    {
        foreach (var piece in new[] { 1, 2, 3, 7, 65536 })
        {
            var (rows, fault) = await ReadAsync(Encoding.UTF8.GetBytes(csv), piece);

            Assert.Equal(expected, rows);
            Assert.Null(fault);
        }
    }

    [Theory]
    [InlineData("a\"b\n", "stray-quote", 1)]
    [InlineData("a\nb,c\"\n", "stray-quote", 2)]
    [InlineData("\"a\"b\n", "text-after-quote", 1)]
    [InlineData("\"a\n\nb", "quote-not-closed", 1)]
    [InlineData("x\n\"a\n\"\"", "quote-not-closed", 2)]
    [InlineData("a\rb\n", "stray-carriage-return", 1)]
    [InlineData("a\n\"x\ny\",b\r", "stray-carriage-return", 3)]
    public async Task A_broken_table_is_refused_with_its_line(string csv, string code, long line)
    {
        foreach (var piece in new[] { 1, 3, 65536 })
        {
            var (_, fault) = await ReadAsync(Encoding.UTF8.GetBytes(csv), piece);

            Assert.Equal(code, fault?.Code);
            Assert.Equal(line, fault?.Line);
        }
    }

    [Theory]
    [InlineData(64 * 1024, 1, null)]
    [InlineData((64 * 1024) + 1, 1, "cell-too-long")]
    [InlineData(64 * 1024, 17, "row-too-long")]
    [InlineData(1, 512, null)]
    [InlineData(1, 513, "too-many-cells")]
    public async Task A_huge_cell_or_row_is_refused(int cellSize, int cells, string? code)
    {
        var csv = string.Join(',', Enumerable.Repeat(new string('x', cellSize), cells));

        var (_, fault) = await ReadAsync(Encoding.ASCII.GetBytes(csv), 65536);

        Assert.Equal(code, fault?.Code);
    }

    private static async Task<(string Rows, ContentFault? Fault)> ReadAsync(byte[] csv, int pieceSize)
    {
        var rows = new CsvRows(new PiecewiseStream(csv, pieceSize));
        var found = new List<string>();
        while (await rows.ReadAsync(CancellationToken.None))
        {
            found.Add(string.Join(
                '|', Enumerable.Range(0, rows.CellCount).Select(i => Encoding.UTF8.GetString(rows.CellAt(i)))));
        }

        return (string.Join(';', found), rows.Fault);
    }

    private sealed class PiecewiseStream(byte[] bytes, int pieceSize) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(pieceSize, buffer.Length)], cancellationToken);
    }
}
