namespace Exchange.Store.Sqlite;

/// <summary>The wrapped keys.</summary>
internal sealed class SqliteSecretStore(GroupCommit commits, ReaderPool readers) : ISecretStore
{
    public async ValueTask<ReadOnlyMemory<byte>> GetOrAddAsync(
        string name, ReadOnlyMemory<byte> wrapped, CancellationToken cancellationToken) =>
        (await GetOrAddManyAsync([new(name, wrapped)], cancellationToken))[0];

    public async ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> GetOrAddManyAsync(
        ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> secrets, CancellationToken cancellationToken)
    {
        // What a reader sees is synced already, so that keys that are there cost no commit.
        var known = readers.Read(connection => FindMany(connection, [.. secrets.Select(secret => secret.Key)]));
        if (known.All(wrapped => wrapped is not null))
        {
            return [.. known.Select(wrapped => wrapped!.Value)];
        }

        var job = new SecretsJob(secrets);
        commits.Add(job);
        return await job.Answer.WaitAsync(cancellationToken);
    }

    public ValueTask<ImmutableArray<ReadOnlyMemory<byte>?>> FindManyAsync(
        ImmutableArray<string> names, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => FindMany(connection, names)));

    public IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ReadAllAsync(
        CancellationToken cancellationToken) => readers.Stream(ReadAll).ToAsyncEnumerable();

    internal static ReadOnlyMemory<byte>? Find(SqliteConnection connection, string name)
    {
        var statement = connection.Statement("find_secret").BindText(1, name);
        if (!statement.Step())
        {
            return null;
        }

        var wrapped = statement.Bytes(0).ToArray();
        statement.Reset();
        return wrapped;
    }

    internal static ImmutableArray<ReadOnlyMemory<byte>?> FindMany(
        SqliteConnection connection, ImmutableArray<string> names) =>
        [.. names.Select(name => Find(connection, name))];

    private static IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ReadAll(SqliteConnection connection)
    {
        var statement = connection.Statement("read_secrets");
        while (statement.Step())
        {
            yield return new(statement.Text(0), statement.Bytes(1).ToArray());
        }

        statement.Reset();
    }
}
