using System.Security.Cryptography;

namespace Exchange.Ledger;

/// <summary>
/// Reads a chain file once from front to back, checks every byte of it and says where it is damaged. Behind a damaged
/// chain it goes on at the next one if the offsets are sound, else it stops.
/// </summary>
internal sealed class ChainFileInspection(
    Stream stream, ChainFileReader file, long chainsPosition, ChainFileOffsets? offsets, ContentCheck? manifests,
    Action<EntryCount>? progress)
{
    private const int EntriesBetweenReports = 256;

    private readonly ContentIndex _index = new();
    private long _contentPosition;
    private long _entriesChecked;
    private Digest _lastName;
    private bool _lost;

    internal IEnumerable<ChainFileDamage> Run()
    {
        // Damage found says more than a digest that differs, so the digest counts only when all else is sound.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var source = new ForwardSource(
            stream, 0, hash, hashLimit: stream.Length - ChainFileFormat.DigestAndMarkSizeBytes);
        var sound = Pass(source, chainsPosition);
        var positions = new long[file.StatedChains.Count];
        for (var i = 0; i < positions.Length && !_lost; i++)
        {
            positions[i] = source.Position;
            if (CheckChain(file.StatedChains[i], source) is { } damage)
            {
                sound = false;
                yield return damage;
                source = Resume(i + 1);
            }
        }

        _contentPosition = source.Position;
        while (!_lost && CheckItem(source, out var damage))
        {
            if (damage is not null)
            {
                sound = false;
                yield return damage;
            }
        }

        if (_lost)
        {
            yield break;
        }

        var table = source.Position;
        foreach (var damage in CheckTable(source, sound ? positions : null))
        {
            sound = false;
            yield return damage;
        }

        if (!_lost && CheckTrailer(source, table, sound ? hash : null) is { } last)
        {
            yield return last;
        }
    }

    private static bool Pass(ForwardSource source, long position)
    {
        while (source.Position < position)
        {
            _ = source.TryTake((int)Math.Min(ChainFileFormat.ChunkSizeBytes, position - source.Position), out _);
        }

        return true;
    }

    private ForwardSource Resume(int chain)
    {
        _lost = offsets is null;
        var position = _lost ? 0 : chain < offsets!.Chains.Length ? offsets.Chains[chain] : offsets.Content;
        _lost |= position < chainsPosition || position > stream.Length;
        return new ForwardSource(stream, _lost ? 0 : position);
    }

    private ChainFileDamage? CheckChain(StatedChain stated, ForwardSource source)
    {
        var verifier = new ChainVerifier(file.Exchange, stated.Chain);
        if (stated.Head.IsEmpty)
        {
            return verifier.CheckHead(stated.Head)
                ? null
                : new ChainFileDamage.BadHead(stated.Chain, Expected: verifier.Head, Found: stated.Head);
        }

        while (verifier.Head.Index < stated.Head.Index)
        {
            var index = verifier.Head.Index.Next;
            if (!TryTakeEntry(source, out var bytes, out var malformed))
            {
                return malformed is null
                    ? new ChainFileDamage.MissingEntry(stated.Chain, index)
                    : new ChainFileDamage.BadEntry(stated.Chain, index, malformed);
            }

            var check = verifier.Check(bytes.Span);
            if (check is ChainCheck.BrokenLink broken)
            {
                return Blame(stated, index, broken, Hashes.Entry(bytes.Span), source);
            }

            if (check is not ChainCheck.Good)
            {
                return new ChainFileDamage.BadEntry(stated.Chain, index, check);
            }

            _entriesChecked++;
            if (_entriesChecked % EntriesBetweenReports == 0)
            {
                progress?.Invoke(new(_entriesChecked));
            }
        }

        return verifier.CheckHead(stated.Head)
            ? null
            : new ChainFileDamage.AlteredEntry(
                stated.Chain, stated.Head.Index, Expected: stated.Head.Hash, Found: verifier.Head.Hash);
    }

    // Two neighbours do not fit. If the second is what comes behind it continues, then the first is the altered one.
    private static ChainFileDamage Blame(
        StatedChain stated, EntryIndex index, ChainCheck.BrokenLink broken, Digest hash, ForwardSource source)
    {
        Digest? continued = index == stated.Head.Index ? stated.Head.Hash : null;
        if (continued is null && TryTakeEntry(source, out var bytes, out _))
        {
            try
            {
                continued = EntryScan.Read(bytes.Span).Previous;
            }
            catch (CanonicalFormatException)
            {
                // Then nothing speaks for the second entry.
                continued = null;
            }
        }

        return continued == hash && index > EntryIndex.BeforeFirst.Next
            ? new ChainFileDamage.AlteredEntry(
                stated.Chain, new(index.Value - 1), Expected: broken.Found, Found: broken.Expected)
            : new ChainFileDamage.BadEntry(stated.Chain, index, broken);
    }

    private static bool TryTakeEntry(
        ForwardSource source, out ReadOnlyMemory<byte> bytes, out ChainCheck.Malformed? malformed)
    {
        bytes = default;
        malformed = null;
        if (!source.TryTakeUInt16(out var size))
        {
            return false;
        }

        if (size > Entry.SizeBytesMax)
        {
            malformed = new($"Expected an entry of at most {Entry.SizeBytesMax} bytes, found {size}", 0);
            return false;
        }

        return source.TryTake(size, out bytes);
    }

    // False behind the last item.
    private bool CheckItem(ForwardSource source, out ChainFileDamage? damage)
    {
        using var framed = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (number, position) = (new ContentNumber(_index.Count), source.Position);
        damage = null;
        if (ContentHead.Take(source, framed) is not { } head)
        {
            damage = Lose(number, name: null, "Expected a content item or the end of the content");
            return true;
        }

        if (head.IsEnd)
        {
            damage = offsets is not null && offsets.ContentCount != _index.Count
                ? Lose(number, name: null, $"Expected {offsets.ContentCount} content items, found the end")
                : null;
            return damage is not null;
        }

        using var bare = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        bare.AppendData([(byte)HashTag.Document]);
        try
        {
            new ContentStream(source, framed, bare).CopyTo(Stream.Null, ChainFileFormat.ChunkSizeBytes);
        }
        catch (InvalidDataException wrong)
        {
            damage = Lose(number, head.Name, wrong.Message);
            return true;
        }

        if (!source.TryTakeDigest(out var stated))
        {
            damage = Lose(number, head.Name, "Expected the item's digest, found the end of the file");
            return true;
        }

        var ordered = _index.Count == 0 || _lastName < head.Name.Digest;
        _lastName = head.Name.Digest;
        _index.Add(head.Name.Digest, position);
        damage = JudgeItem(number, head.Name, position, ordered, new(framed.GetHashAndReset()), stated)
            ?? JudgeName(number, head.Name, position, new(bare.GetHashAndReset()));
        return true;
    }

    private static ChainFileDamage.Content? JudgeItem(
        ContentNumber number, ContentName name, long position, bool ordered, Digest found, Digest stated) =>
        found != stated ? new(number, name, $"Expected bytes with digest {stated}, found {found}")
            : !ordered ? new(number, name, $"Expected names that ascend; this one, at byte {position}, does not")
            : null;

    private ChainFileDamage.Content? JudgeName(ContentNumber number, ContentName name, long position, Digest tagged)
    {
        if (name.Kind != ContentKind.Manifest)
        {
            return tagged == name.Digest
                ? null
                : new(number, name, $"Expected bytes named {name.Digest}, found bytes named {tagged}");
        }

        if (manifests is null)
        {
            return null;
        }

        var item = new ForwardSource(stream, position);
        _ = ContentHead.Take(item);
        using var bytes = new ContentStream(item);
        return manifests(name, bytes) ? null : new(number, name, "The manifest's bytes do not have its name");
    }

    // Nothing says where the next item begins.
    private ChainFileDamage.Content Lose(ContentNumber number, ContentName? name, string reason)
    {
        _lost = true;
        return new(number, name, reason);
    }

    private IEnumerable<ChainFileDamage> CheckTable(ForwardSource source, long[]? positions)
    {
        var table = ChainFileOffsets.TryTake(source, file.StatedChains.Count, out var reason);
        if (table is null)
        {
            _lost = true;
            yield return new ChainFileDamage.Offsets(reason);
            yield break;
        }

        if (positions is null)
        {
            yield break;
        }

        if (!table.Chains.AsSpan().SequenceEqual(positions))
        {
            yield return new ChainFileDamage.Offsets("A chain does not begin where the table says");
        }

        if (table.Content != _contentPosition || table.ContentCount != _index.Count
            || !table.Points.SequenceEqual(_index.Points))
        {
            yield return new ChainFileDamage.Offsets("The content does not lie where the table says");
        }
    }

    private ChainFileDamage.Trailer? CheckTrailer(ForwardSource source, long table, IncrementalHash? hash)
    {
        if (!source.TryTakeUInt64(out var position) || !source.TryTakeDigest(out var stated)
            || !source.TryTake(ChainFileFormat.EndMark.Length, out var mark))
        {
            return new("Expected the trailer, found the end of the file");
        }

        if (position != (ulong)table)
        {
            return new($"Expected offsets at byte {table}, found {position}");
        }

        if (!mark.Span.SequenceEqual(ChainFileFormat.EndMark))
        {
            return new("Expected the end mark, found other bytes");
        }

        if (source.Position != stream.Length)
        {
            return new($"Expected the end of the file at byte {source.Position}, found it at {stream.Length}");
        }

        if (hash is null)
        {
            return null;
        }

        var found = new Digest(hash.GetHashAndReset());
        return found == stated ? null : new($"Expected a file with digest {stated}, found {found}");
    }
}
