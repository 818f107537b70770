using System.Globalization;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>One thing that is not as it must be.</summary>
/// <param name="Place">Where, in words: a chain and index, a content item, a part of the file.</param>
/// <param name="Chain">The chain, where it is about one.</param>
/// <param name="Index">The entry, where it is about one.</param>
/// <param name="Expected">What had to be there.</param>
/// <param name="Found">What is there.</param>
internal sealed record Finding(string Place, ChainId? Chain, EntryIndex? Index, string Expected, string Found)
{
    internal static Finding At(ChainId chain, EntryIndex index, string expected, string found) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"{chain}, index {index.Value}"), chain, index, expected,
            found);

    internal static Finding In(string place, string expected, string found) =>
        new(place, Chain: null, Index: null, expected, found);

    internal static Finding Of(ChainFileDamage damage) => damage switch
    {
        ChainFileDamage.BadEntry bad => Of(bad),
        ChainFileDamage.AlteredEntry altered => At(
            altered.Chain, altered.Index, $"an entry with hash {altered.Expected}, as is named behind it",
            $"an entry with hash {altered.Found}"),
        ChainFileDamage.MissingEntry missing => At(
            missing.Chain, missing.Index, "an entry", "the end of the file or of what can be read of it"),
        ChainFileDamage.BadHead bad => new(
            $"{bad.Chain}, stated head", bad.Chain, Index: null, $"head {bad.Expected.Hash}", $"head {bad.Found.Hash}"),
        ChainFileDamage.Content content => In(
            string.Create(
                CultureInfo.InvariantCulture,
                $"content item {content.Number.Value} ({NameOf(content.Name)})"),
            "content that has its name and stands in order", content.Reason),
        ChainFileDamage.List list => In("the list of chains", "a sound list of chains", list.Reason),
        ChainFileDamage.Offsets offsets => In("the table of offsets", "offsets of what is there", offsets.Reason),
        ChainFileDamage.Trailer trailer => In("the end of the file", "a sound trailer", trailer.Reason),
        _ => throw new System.Diagnostics.UnreachableException($"No words for {damage.GetType().Name}."),
    };

    private static string NameOf(ContentName? name) => name is { } known ? $"{known.Kind} {known.Digest}" : "unnamed";

    private static Finding Of(ChainFileDamage.BadEntry bad)
    {
        var (expected, found) = bad.Check switch
        {
            ChainCheck.Malformed malformed => (
                "the canonical form of an entry",
                string.Create(CultureInfo.InvariantCulture, $"at byte {malformed.Offset} of it: {malformed.Reason}")),
            ChainCheck.WrongChain wrong => ($"an entry of {wrong.Expected}", $"an entry of {wrong.Found}"),
            ChainCheck.WrongIndex wrong => (
                $"an entry with index {wrong.Expected}", $"an entry with index {wrong.Found}"),
            ChainCheck.BrokenLink broken => (
                $"an entry that continues {broken.Expected}", $"an entry that continues {broken.Found}"),
            ChainCheck.TimeWentBack back => (
                $"a time not before {back.Expected}", $"the time {back.Found}"),
            ChainCheck.FactFromFuture future => (
                $"facts read by {future.Expected}", $"a fact read at {future.Found}"),
            _ => throw new System.Diagnostics.UnreachableException($"No words for {bad.Check.GetType().Name}."),
        };
        return At(bad.Chain, bad.Index, expected, found);
    }
}
