namespace Exchange.Style.Tests;

/// <summary>The checks are only as good as the reading under them.</summary>
public sealed class LexerTests
{
    [Theory]
    [InlineData("a // b \"c\"\nd", "a         \nd")]
    [InlineData("a /* b\nc */ d", "a     \n     d")]
    [InlineData("x = \"a//b\\\"c\"; y", "x = \"       \"; y")]
    [InlineData("x = @\"a\\\"; y", "x = @\"  \"; y")]
    [InlineData("x = @\"a\"\"b\"; y", "x = @\"    \"; y")]
    [InlineData("x = \"\"; y", "x = \"\"; y")]
    [InlineData("x = $\"a{b(\"c\")}d\"; y", "x = $\" {b(\" \")} \"; y")]
    [InlineData("x = $\"a{{b}}\"; y", "x = $\"      \"; y")]
    [InlineData("x = \"\"\"a \"b\" c\"\"\"; y", "x = \"\"\"       \"\"\"; y")]
    [InlineData("x = $$\"\"\"a {b} {{c}}\"\"\"; y", "x = $$\"\"\"      {{c}}\"\"\"; y")]
    [InlineData("x = '\"'; y", "x = ' '; y")]
    [InlineData("x = '\\''; y", "x = '  '; y")]
    [InlineData("  #if DEBUG\ny", "           \ny")]
    public void Comments_and_strings_are_blank_in_code(string text, string code) =>
        Assert.Equal(code, CSharpText.Read(text).Code);

    [Fact]
    public void Strings_are_kept_without_what_stands_in_their_holes()
    {
        var read = CSharpText.Read("Run($\"select {column} from x\", \"b\"); // \"c\"");

        Assert.Equal(["select {} from x", "b"], read.Strings.Select(found => found.Text));
        Assert.Equal("// \"c\"", Assert.Single(read.Comments).Text);
    }

    [Fact]
    public void Types_and_members_are_found_with_their_names()
    {
        const string text = """
            using System;
            namespace A;

            [Obsolete("no")]
            public sealed record One<T>(int X) : Base(X), IOther where T : class
            {
                private static readonly int[] Table = [1, 2];
                public int Y { get; init; } = 3;
                public (int, int) Pair(string a) => (1, 2);
                public static bool operator ==(One a, One b) => a is { X: 1 };
                public One(int x) : this() { if (x > 1) { Go(); } }
                internal enum Inner { A, B }
            }
            public interface ITwo { void Go<TIn>(TIn x) where TIn : new(); }
            """;

        var found = Declarations.Of(new SourceFile("src/A.cs", text));

        Assert.Equal(["One", "Table", "Y", "Pair", "One", "Inner", "ITwo", "Go"], found
            .Where(each => !each.Header.Contains("operator", StringComparison.Ordinal)).Select(each => each.Name));
        Assert.Equal(["Base", "IOther"], found[0].Bases);
        Assert.Equal(["Y", "Pair", "", "One", "Go"], found.Where(each => each.IsFunction).Select(each => each.Name));
    }
}
