namespace Exchange.Style.Tests.Reading;

/// <summary>Runs one check over files and reports everything it found at once.</summary>
internal static class Holds
{
    public static void In(IEnumerable<SourceFile> files, Func<SourceFile, IEnumerable<Offender>> check) =>
        Nothing(files.SelectMany(check));

    public static void Nothing(IEnumerable<Offender> offenders)
    {
        var found = offenders.Select(offender => offender.ToString()).Order(StringComparer.Ordinal).ToList();

        Assert.True(found.Count == 0, $"{found.Count} against the house style:\n{string.Join('\n', found)}");
    }

    /// <summary>Proves that a check can fail: a planted breach is found, at the line where it was planted.</summary>
    public static void Finds(Func<SourceFile, IEnumerable<Offender>> check, string path, string text, int line)
    {
        var found = check(new SourceFile(path, text)).ToList();

        Assert.True(
            found.Count == 1 && found[0].Line == line,
            $"Expected one offender at line {line}, found {found.Count}:\n{string.Join('\n', found)}");
    }

    /// <summary>Proves that a check does not cry wolf.</summary>
    public static void Accepts(Func<SourceFile, IEnumerable<Offender>> check, string path, string text) =>
        Nothing(check(new SourceFile(path, text)));
}
