using Exchange.Engine;
using Exchange.Engine.Ports;

namespace Exchange.Benchmarks.World;

/// <summary>An exchange on some store, as far as a load needs it.</summary>
internal interface ILoadNode : IAsyncDisposable
{
    string Directory { get; }

    IExchange Exchange { get; }

    ILedgerStore Ledger { get; }

    IRowStore Rows { get; }

    /// <summary>How many transactions this node's own store has committed.</summary>
    long Commits { get; }
}
