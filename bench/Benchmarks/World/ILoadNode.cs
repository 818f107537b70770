using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;

namespace Exchange.Benchmarks.World;

/// <summary>An embedded exchange on some store, as far as a load needs it.</summary>
internal interface ILoadNode : IAsyncDisposable
{
    string Directory { get; }

    EmbeddedExchange Exchange { get; }

    ILedgerStore Ledger { get; }

    IRowStore Rows { get; }

    /// <summary>How many transactions the store has committed.</summary>
    long Commits { get; }
}
