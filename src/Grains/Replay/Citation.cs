namespace Exchange.Grains.Replay;

/// <summary>A fact as an entry cites it, waiting for the cited chain to be replayed.</summary>
/// <param name="Chain">The chain of the entry that cites.</param>
/// <param name="Index">The entry that cites.</param>
/// <param name="Head">What it cites.</param>
/// <param name="ReadAt">When that was read.</param>
/// <param name="Question">What was asked, as number and canonical fields.</param>
/// <param name="Answer">The answer that the entry states.</param>
internal sealed record Citation(
    ChainId Chain, EntryIndex Index, ChainHead Head, UnixMilliseconds ReadAt, FactQuestion Question,
    RecordedFact Answer)
{
    private const int FieldCount = 8;

    internal static Citation Of(Entry entry, FactQuestion question, CitedFact fact) =>
        new(entry.Chain, entry.Index, fact.Head, fact.ReadAt, question, WireCatalog.Record(fact));

    internal SpoolItem ToItem()
    {
        var writer = new CanonicalWriter();
        writer.WriteArray(FieldCount);
        writer.WriteChain(Chain);
        writer.WriteInteger(Index.Value);
        writer.WriteDigest(Head.Hash);
        writer.WriteInteger(ReadAt.Value);
        writer.WriteInteger(WireCatalog.Questions.NumberOf(Question.GetType()).Type);
        writer.WriteEncoded(WireCatalog.Questions.Encode(Question));
        writer.WriteInteger(Answer.Type);
        writer.WriteEncoded(Answer.Values.Span);
        return new(Answer.Chain, Head.Index, writer.ToArray());
    }

    internal static Citation Of(SpoolItem item)
    {
        var reader = new CanonicalReader(item.Body.Span);
        reader.ExpectArray(FieldCount);
        var chain = reader.ReadChain();
        var index = new EntryIndex(reader.ReadInteger());
        var head = new ChainHead(item.Index, reader.ReadDigest());
        var readAt = reader.ReadTime();
        var question = WireCatalog.Questions.Decode((int)reader.ReadInteger(), version: 1, reader.ReadEncoded());
        var answer = new RecordedFact(
            item.Chain, head, readAt, (int)reader.ReadInteger(), reader.ReadEncoded().ToArray());
        return new(chain, index, head, readAt, question, answer);
    }
}
