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

    /// <summary>The forms in which the events of all chains were written.</summary>
    internal ImmutableSortedSet<int> EventForms()
    {
        using var source = NpgsqlDataSource.Create(_database.NewOptions().OwnerConnection!);
        using var command = source.CreateCommand("select body from exchange.entry");
        using var reader = command.ExecuteReader();
        var forms = ImmutableSortedSet.CreateBuilder<int>();
        while (reader.Read())
        {
            forms.UnionWith(EntryCodec.Decode(reader.GetFieldValue<byte[]>(0)).Events.Select(each => each.Version));
        }

        return forms.ToImmutable();
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
}
