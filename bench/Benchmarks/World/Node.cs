using Exchange.Engine;
using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;
using Exchange.Engine.Secrets;
using Exchange.Signing;
using Exchange.Store;
using Exchange.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Benchmarks.World;

/// <summary>An embedded exchange on SQLite in a directory, put together as the node does it, without its API.</summary>
internal sealed class Node : ILoadNode
{
    private readonly NodeSecrets _secrets;
    private readonly long[] _commits;

    private Node(
        string directory, MasterKey master, SqliteStore store, NodeSecrets secrets, EmbeddedExchange exchange,
        long[] commits)
    {
        (Directory, Master, Store, _secrets, Exchange, _commits) =
            (directory, master, store, secrets, exchange, commits);
    }

    public string Directory { get; }

    internal MasterKey Master { get; }

    internal SqliteStore Store { get; }

    internal EmbeddedExchange Exchange { get; }

    IExchange ILoadNode.Exchange => Exchange;

    public ILedgerStore Ledger => Store.Ledger;

    public IRowStore Rows => Store.Rows;

    internal Engine.Contents.ContentSecrets ContentSecrets => _secrets.ForContent;

    public long Commits => Interlocked.Read(ref _commits[0]);

    internal static async Task<Node> OpenAsync(string directory)
    {
        // The store counts its own commits, so that plain statements can be given as many rows in each.
        var commits = new long[1];
        var store = SqliteStore.Open(
            new()
            {
                Directory = directory,
                AtStep = step => _ = step == CommitStep.AfterCommit ? Interlocked.Increment(ref commits[0]) : 0,
            },
            NullLogger.Instance);
        var master = MasterKey.Create();
        var secrets = await NodeSecrets.LoadAsync(store.Secrets, master, CancellationToken.None);
        var exchange = await EmbeddedExchange.OpenAsync(
            new(store.Ledger, store.Snapshots, secrets.Salt, secrets.Tokens.Id, TimeProvider.System),
            CancellationToken.None);
        return new(directory, master, store, secrets, exchange, commits);
    }

    public async ValueTask DisposeAsync()
    {
        await Exchange.DisposeAsync();
        Store.Dispose();
        _secrets.Dispose();
    }
}
