namespace Exchange.Ledger;

// family: what opening a chain file gives, and where one is damaged

/// <summary>What <see cref="ChainFileReader.Open"/> found.</summary>
public abstract record ChainFileOpening
{
    private ChainFileOpening()
    {
    }

    /// <summary>
    /// A chain file that ends as it should; whether it is sound says <see cref="ChainFileReader.FindDamage"/>.
    /// </summary>
    /// <param name="Reader">Reads it.</param>
    public sealed record Opened(ChainFileReader Reader) : ChainFileOpening;

    /// <summary>The first bytes are not those of a chain file.</summary>
    public sealed record NotAChainFile : ChainFileOpening;

    /// <summary>A chain file of a format that this version does not know.</summary>
    /// <param name="Expected">The format that it knows.</param>
    /// <param name="Found">The format that the file states.</param>
    public sealed record UnknownFormat(ChainFileFormatNumber Expected, ChainFileFormatNumber Found) : ChainFileOpening;

    /// <summary>The file does not end with the end mark: its tail is cut off or its last bytes were altered.</summary>
    /// <param name="Readable">Reads what is there; nothing where even the list of chains is cut.</param>
    public sealed record Truncated(ChainFileReader? Readable) : ChainFileOpening;

    /// <summary>The list of chains cannot be relied on, and with it nothing else.</summary>
    /// <param name="Damage">What is wrong with it.</param>
    public sealed record Damaged(ChainFileDamage Damage) : ChainFileOpening;
}

/// <summary>Which layout a chain file has, as it states behind its magic.</summary>
/// <param name="Value">The number.</param>
public readonly record struct ChainFileFormatNumber(int Value);

/// <summary>One place where a chain file is not what it must be.</summary>
public abstract record ChainFileDamage
{
    private ChainFileDamage()
    {
    }

    /// <summary>The head of the file or its list of chains.</summary>
    /// <param name="Reason">What was expected and what was found.</param>
    public sealed record List(string Reason) : ChainFileDamage;

    /// <summary>An entry that cannot stand where it stands.</summary>
    /// <param name="Chain">The chain.</param>
    /// <param name="Index">The place on the chain where the entry stands.</param>
    /// <param name="Check">What is wrong with it.</param>
    public sealed record BadEntry(ChainId Chain, EntryIndex Index, ChainCheck Check) : ChainFileDamage;

    /// <summary>An entry that is not the one that the entries behind it, or the stated head, continue.</summary>
    /// <param name="Chain">The chain.</param>
    /// <param name="Index">The place of the altered entry.</param>
    /// <param name="Expected">The hash that is named behind it.</param>
    /// <param name="Found">The hash that it has.</param>
    public sealed record AlteredEntry(ChainId Chain, EntryIndex Index, Digest Expected, Digest Found) : ChainFileDamage;

    /// <summary>The file ends before this entry.</summary>
    /// <param name="Chain">The chain.</param>
    /// <param name="Index">The first entry that is not there whole.</param>
    public sealed record MissingEntry(ChainId Chain, EntryIndex Index) : ChainFileDamage;

    /// <summary>A chain without entries whose stated head is not its genesis value.</summary>
    /// <param name="Chain">The chain.</param>
    /// <param name="Expected">The head of the empty chain.</param>
    /// <param name="Found">The head that the file states.</param>
    public sealed record BadHead(ChainId Chain, ChainHead Expected, ChainHead Found) : ChainFileDamage;

    /// <summary>A content item.</summary>
    /// <param name="Number">Its place among the content items, from 0.</param>
    /// <param name="Name">Its name as the file states it; nothing where that cannot be read.</param>
    /// <param name="Reason">What was expected and what was found.</param>
    public sealed record Content(ContentNumber Number, ContentName? Name, string Reason) : ChainFileDamage;

    /// <summary>The table of offsets.</summary>
    /// <param name="Reason">What was expected and what was found.</param>
    public sealed record Offsets(string Reason) : ChainFileDamage;

    /// <summary>The last bytes: position of the offsets, digest of the file, end mark.</summary>
    /// <param name="Reason">What was expected and what was found.</param>
    public sealed record Trailer(string Reason) : ChainFileDamage;
}

/// <summary>The place of an item among the content items of a file, from 0.</summary>
/// <param name="Value">The number.</param>
public readonly record struct ContentNumber(long Value);
