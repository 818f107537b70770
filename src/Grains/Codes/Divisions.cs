using System.Collections.Frozen;

namespace Exchange.Grains.Codes;

// family: the listed divisions

/// <summary>A listed division.</summary>
/// <param name="Code">Two digits a province, four a prefecture, six a county.</param>
/// <param name="Name">In Chinese, as published.</param>
public sealed record Division(DivisionCode Code, string Name);

/// <summary>The administrative divisions that the exchange knows: Guizhou, its prefectures and counties.</summary>
public static class Divisions
{
    /// <summary>The edition of the list.</summary>
    public const string Version = GuizhouDivisions.Version;

    private static readonly FrozenDictionary<DivisionCode, Division> ByCode = GuizhouDivisions.Table.Split('\n')
        .Select(line => line.Split(' ', 2))
        .Select(fields => new Division(DivisionCode.Parse(fields[0]), fields[1]))
        .ToFrozenDictionary(division => division.Code);

    /// <summary>All divisions in the order of their codes.</summary>
    public static ImmutableArray<Division> All { get; } =
        [.. ByCode.Values.OrderBy(division => division.Code.Value, StringComparer.Ordinal)];

    /// <summary>All counties in the order of their codes.</summary>
    public static ImmutableArray<Division> Counties { get; } = [.. All.Where(division => division.Code.IsCounty)];

    public static bool IsListed(DivisionCode code) => ByCode.ContainsKey(code);

    public static bool IsListedCounty(DivisionCode code) => code.IsCounty && IsListed(code);

    /// <summary>The division with a code, or nothing where none is listed.</summary>
    public static Division? Find(DivisionCode code) => ByCode.GetValueOrDefault(code);

    /// <summary>The name of a listed division, or nothing.</summary>
    public static string? Name(DivisionCode code) => Find(code)?.Name;

    /// <summary>Whether two listed divisions are one, or the second lies in the first.</summary>
    public static bool Contains(DivisionCode outer, DivisionCode inner) =>
        IsListed(outer) && IsListed(inner) && outer.Contains(inner);
}
