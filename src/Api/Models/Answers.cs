namespace Exchange.Api.Models;

// family: the forms that answers have

/// <summary>The answer to a write.</summary>
public sealed record Written<T>(T Data, ReceiptView Receipt);

/// <summary>The answer to a read of one thing: the data, and the heads it rests on.</summary>
public sealed record Found<T>(T Data, IReadOnlyList<HeadView> Heads, UnixMilliseconds AsOf);

/// <summary>One page of a list; the next one where there is more.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>One page of a list as of a moment, and the heads it rests on.</summary>
public sealed record PageAsOf<T>(
    IReadOnlyList<T> Items, string? Next, IReadOnlyList<HeadView> Heads, UnixMilliseconds AsOf);

/// <summary>What a caller keeps: enough to demand a proof later.</summary>
public sealed record ReceiptView(
    ExchangeId Exchange, ChainId Chain, EntryIndex Index, Digest Hash, UnixMilliseconds RecordedAt)
{
    internal static ReceiptView Of(Receipt receipt) =>
        new(receipt.Exchange, receipt.Chain, receipt.Index, receipt.Hash, receipt.RecordedAt);
}

/// <summary>A chain's head. Index -1 stands for a chain without entries.</summary>
public sealed record HeadView(ChainId Chain, long Index, Digest Hash)
{
    internal static HeadView Of(ChainId chain, ChainHead head) => new(chain, head.Index.Value, head.Hash);
}

/// <summary>The answer to a batch: one for each item, in the order asked.</summary>
public sealed record BatchAnswer<T>(IReadOnlyList<BatchItemAnswer<T>> Items)
    where T : class;

/// <summary>What became of one item: data and receipt, or a problem.</summary>
public sealed record BatchItemAnswer<T>(
    CommandId Id, int Status, bool Replayed, T? Data, ReceiptView? Receipt, ProblemBody? Problem)
    where T : class;
