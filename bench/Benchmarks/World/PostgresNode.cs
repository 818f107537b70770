using Exchange.Engine;
using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;
using Exchange.Engine.Secrets;
using Exchange.Signing;
using Exchange.Store;
using Exchange.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Benchmarks.World;

/// <summary>An embedded exchange on PostgreSQL, put together as the node does it, without its API.</summary>
internal sealed class PostgresNode : ILoadNode
{
    // What is warm stays warm, though another contender had its turn meanwhile.
    private static readonly EmbeddedLimits Limits = new() { IdleAfter = _ => TimeSpan.FromDays(1) };

    private readonly NodeSecrets _secrets;
    private readonly long[] _commits;

    private PostgresNode(
        string directory, PostgresStore store, NodeSecrets secrets, EmbeddedExchange exchange, long[] commits)
    {
        (Directory, Store, _secrets, Exchange, _commits) = (directory, store, secrets, exchange, commits);
    }

    public string Directory { get; }

    internal EmbeddedExchange Exchange { get; }

    IExchange ILoadNode.Exchange => Exchange;

    public ILedgerStore Ledger => Store.Ledger;

    public IRowStore Rows => Store.Rows;

    public long Commits => Interlocked.Read(ref _commits[0]);

    internal PostgresStore Store { get; }

    internal static Task<PostgresNode> OpenAsync(
        PrivateServer server, MasterKey master, string directory, int writers, EmbeddedLimits? limits = null) =>
        OpenAsync(
            server.Connection(PrivateServer.Writer), server.Connection(PrivateServer.Owner), master, directory,
            writers, limits);

    /// <summary>A node of a server that another process may have started.</summary>
    internal static async Task<PostgresNode> OpenAsync(
        string connection, string? owner, MasterKey master, string directory, int writers,
        EmbeddedLimits? limits = null)
    {
        var commits = new long[1];
        var store = PostgresStore.Open(
            new()
            {
                Connection = connection,
                OwnerConnection = owner,
                Directory = directory,
                Writers = writers,
                AtStep = (step, _) => Count(step, commits),
            },
            NullLogger.Instance);
        var secrets = await NodeSecrets.LoadAsync(store.Secrets, master, CancellationToken.None);
        var exchange = await EmbeddedExchange.OpenAsync(
            new(store.Ledger, store.Snapshots, secrets.Salt, secrets.Tokens.Id, TimeProvider.System)
            {
                Limits = limits ?? Limits,
            },
            CancellationToken.None);
        return new(directory, store, secrets, exchange, commits);
    }

    public async ValueTask DisposeAsync()
    {
        await Exchange.DisposeAsync();
        Store.Dispose();
        _secrets.Dispose();
    }

    private static void Count(CommitStep step, long[] commits)
    {
        if (step == CommitStep.AfterCommit)
        {
            _ = Interlocked.Increment(ref commits[0]);
        }
    }
}
