namespace Exchange.Grains.Rules;

/// <summary>A sealed text and the entry whose chain, actor and command id it was sealed for: what opens it.</summary>
public sealed record SealedView(SealedText Text, EntryIndex Entry)
{
    /// <summary>The text as it came with an entry, where one came.</summary>
    public static SealedView? Of(SealedText? text, EntryIndex entry) => text is null ? null : new(text, entry);
}
