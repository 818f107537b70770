using System.Text.Json.Nodes;
using Exchange.Chaos.Nodes;
using Exchange.Cluster.Tests.Hosts;
using Npgsql;

namespace Exchange.Cluster.Tests.Programs;

/// <summary>What the processes of one cluster share: a database, a master key, and a folder.</summary>
internal sealed class ProgramCluster : IDisposable
{
    private readonly TestDatabase _database = TestDatabase.Create();
    private readonly string _folder = Directory.CreateTempSubdirectory("exchange-cluster-").FullName;
    private int _folders;

    internal ProgramCluster()
    {
        var key = Path.Combine(_folder, "master.key");
        MasterKey.Write(key);
        var options = _database.NewOptions();
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["EXCHANGE_POSTGRES"] = options.Connection,
            ["EXCHANGE_POSTGRES_OWNER"] = options.OwnerConnection!,
            ["EXCHANGE_MASTER_KEY_FILE"] = key,
        };
    }

    internal IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The same by names of files, without a connection string in the environment.</summary>
    internal ImmutableDictionary<string, string> EnvironmentByFiles() => Environment.ToImmutableDictionary(
        pair => pair.Key.EndsWith("_FILE", StringComparison.Ordinal) ? pair.Key : pair.Key + "_FILE",
        pair =>
        {
            if (pair.Key.EndsWith("_FILE", StringComparison.Ordinal))
            {
                return pair.Value;
            }

            var path = NewFolder();
            File.WriteAllText(path, pair.Value);
            return path;
        },
        StringComparer.Ordinal);

    /// <summary>The forms in which the events of all chains were written.</summary>
    internal ImmutableSortedSet<int> EventForms() =>
        [.. Entries().SelectMany(entry => entry.Events).Select(each => each.Version)];

    /// <summary>The commands of each chain, in the order of its entries.</summary>
    internal ILookup<string, CommandId> Commands() => Entries()
        .OrderBy(entry => entry.Index.Value).ToLookup(entry => entry.Chain.ToString(), entry => entry.CommandId);

    /// <summary>What the database's owner reads or does, as one value.</summary>
    internal object? Ask(string statement)
    {
        using var source = NpgsqlDataSource.Create(_database.NewOptions().OwnerConnection!);
        using var command = source.CreateCommand(statement);
        return command.ExecuteScalar();
    }

    /// <summary>How many silos left by their own word: who leaves is noted as declared dead by itself.</summary>
    internal long CountLeft() => (long)Ask(
        "select count(*) from exchange.orleans_member "
        + "where status = 6 and suspect_times like '%:' || port || '@' || generation || ',%'")!;

    /// <summary>Holds up every append until disposed, as a statement of somebody else would.</summary>
    internal async Task<IAsyncDisposable> HoldUpAppendsAsync()
    {
        var connection = new NpgsqlConnection(_database.NewOptions().OwnerConnection! + ";Pooling=false");
        await connection.OpenAsync();
        await using var begin = new NpgsqlCommand(
            "begin; lock table exchange.chain in share mode", connection);
        _ = await begin.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Makes a program's runtime settings those of the release after next; answers their path.</summary>
    internal string WriteAhead(string program)
    {
        var settings = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(program, ".runtimeconfig.json")))!;
        settings["runtimeOptions"]!["configProperties"]!["Exchange.WritesNextForm"] = true;
        var path = NewFolder() + ".json";
        File.WriteAllText(path, settings.ToJsonString());
        return path;
    }

    internal string NewFolder() => Path.Combine(_folder, $"node-{Interlocked.Increment(ref _folders)}");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _database.Dispose();
    }

    private List<Entry> Entries()
    {
        using var source = NpgsqlDataSource.Create(_database.NewOptions().OwnerConnection!);
        using var command = source.CreateCommand("select body from exchange.entry");
        using var reader = command.ExecuteReader();
        var entries = new List<Entry>();
        while (reader.Read())
        {
            entries.Add(EntryCodec.Decode(reader.GetFieldValue<byte[]>(0)));
        }

        return entries;
    }
}
