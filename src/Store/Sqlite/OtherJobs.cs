namespace Exchange.Store.Sqlite;

// family: what the writer does beside appending

/// <summary>Writes the rows of some chains anew.</summary>
internal sealed class ReplaceRowsJob(ImmutableArray<ChainRows> chains) : WriteJob<bool>
{
    private readonly (ChainId Chain, ImmutableArray<EncodedChange> Rows)[] _chains =
    [
        .. chains.Select(each => (
            each.Chain,
            (ImmutableArray<EncodedChange>)[.. each.Rows.Select(row => new EncodedChange(new RowChange.Upsert(row)))])),
    ];

    internal override long SizeBytes => _chains.Sum(each => each.Rows.Sum(change => (long)change.Body.Length));

    internal override void Apply(SqliteWriter writer)
    {
        foreach (var (chain, rows) in _chains)
        {
            writer.Rows.Replace(chain, rows);
        }
    }

    internal override void Complete() => Set(true);
}

/// <summary>Keeps a snapshot.</summary>
internal sealed class SnapshotJob(Snapshot snapshot) : WriteJob<bool>
{
    internal override long SizeBytes => snapshot.State.Length;

    internal override void Apply(SqliteWriter writer) => writer.Connection.Statement("upsert_snapshot")
        .Bind(1, snapshot.Chain)
        .Bind(3, snapshot.Head.Index.Value)
        .Bind(4, snapshot.Head.Hash.Span)
        .Bind(5, snapshot.HeadTime.Value)
        .Bind(6, snapshot.StateVersion)
        .Bind(7, snapshot.State.Span)
        .Run();

    internal override void Complete() => Set(true);
}

/// <summary>Keeps secrets whose names are new and finds the others.</summary>
internal sealed class SecretsJob(ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> secrets)
    : WriteJob<ImmutableArray<ReadOnlyMemory<byte>>>
{
    private ImmutableArray<ReadOnlyMemory<byte>> _kept;

    internal override long SizeBytes => secrets.Sum(secret => (long)secret.Value.Length);

    internal override void Apply(SqliteWriter writer)
    {
        var kept = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(secrets.Length);
        foreach (var (name, wrapped) in secrets)
        {
            writer.Connection.Statement("insert_secret").BindText(1, name).Bind(2, wrapped.Span).Run();
            kept.Add(SqliteSecretStore.Find(writer.Connection, name)!.Value);
        }

        _kept = kept.MoveToImmutable();
    }

    internal override void Complete() => Set(_kept);
}
