using System.Text;
using Exchange.Engine.Contents;

namespace Exchange.Engine.Tests.Contents;

public sealed class CellRulesTests
{
    [Theory]
    [InlineData(ColumnType.Integer, "0", true)]
    [InlineData(ColumnType.Integer, "-12", true)]
    [InlineData(ColumnType.Integer, "9223372036854775807", true)]
    [InlineData(ColumnType.Integer, "-9223372036854775808", true)]
    [InlineData(ColumnType.Integer, "9223372036854775808", false)]
    [InlineData(ColumnType.Integer, "-0", false)]
    [InlineData(ColumnType.Integer, "007", false)]
    [InlineData(ColumnType.Integer, "+1", false)]
    [InlineData(ColumnType.Integer, "1 ", false)]
    [InlineData(ColumnType.Integer, "1e3", false)]
    [InlineData(ColumnType.Integer, "-", false)]
    [InlineData(ColumnType.Decimal, "0.10", true)]
    [InlineData(ColumnType.Decimal, "-12", true)]
    [InlineData(ColumnType.Decimal, "12345678901234567890123456789012345.678", true)]
    [InlineData(ColumnType.Decimal, "123456789012345678901234567890123456.789", false)]
    [InlineData(ColumnType.Decimal, "1.", false)]
    [InlineData(ColumnType.Decimal, ".5", false)]
    [InlineData(ColumnType.Decimal, "1,5", false)]
    [InlineData(ColumnType.Boolean, "true", true)]
    [InlineData(ColumnType.Boolean, "TRUE", false)]
    [InlineData(ColumnType.Boolean, "1", false)]
    [InlineData(ColumnType.Date, "2024-02-29", true)]
    [InlineData(ColumnType.Date, "2023-02-29", false)]
    [InlineData(ColumnType.Date, "2023-2-1", false)]
    [InlineData(ColumnType.Date, "0000-01-01", false)]
    [InlineData(ColumnType.DateTime, "2026-07-31T08:00:00+08:00", true)]
    [InlineData(ColumnType.DateTime, "2026-07-31T08:00:00.123456789Z", true)]
    [InlineData(ColumnType.DateTime, "2026-07-31T08:00:00", false)]
    [InlineData(ColumnType.DateTime, "2026-07-31T24:00:00Z", false)]
    [InlineData(ColumnType.DateTime, "2026-07-31 08:00:00Z", false)]
    [InlineData(ColumnType.DateTime, "2026-07-31T08:00:00.Z", false)]
    [InlineData(ColumnType.DateTime, "2026-07-31T08:00:00.1234567890Z", false)]
    [InlineData(ColumnType.Text, "=HYPERLINK(\"x\")", true)]
    [InlineData(ColumnType.Text, "a\tb\r\nc", true)]
    [InlineData(ColumnType.Text, "a\0b", false)]
    public void A_cell_is_held_to_the_form_of_its_type(ColumnType type, string cell, bool good)
    {
        var fault = CellRules.FaultOf(Encoding.UTF8.GetBytes(cell), new(ColumnName.Parse("c"), type, Required: true));

        Assert.Equal(good, fault is null);
        Assert.True(fault is null || CellRules.Explain(fault).Length > 0);
    }

    [Fact]
    public void An_empty_cell_is_good_where_it_is_not_required()
    {
        Assert.Null(CellRules.FaultOf([], new(ColumnName.Parse("c"), ColumnType.Integer, Required: false)));
        Assert.Equal(
            "cell-missing", CellRules.FaultOf([], new(ColumnName.Parse("c"), ColumnType.Integer, Required: true)));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused() => Assert.Equal(
        "not-utf-8", CellRules.FaultOf([0xc4, 0xe3], new(ColumnName.Parse("c"), ColumnType.Text, Required: true)));
}
