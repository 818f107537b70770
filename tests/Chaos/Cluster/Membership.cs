using System.Diagnostics;
using System.Globalization;
using Exchange.Store.Postgres;
using Npgsql;

namespace Exchange.Chaos.Cluster;

/// <summary>
/// What the database says of a cluster's silos, asked as the silos themselves ask it: with the statement that Orleans'
/// table of queries holds.
/// </summary>
public sealed class Membership(PrivateServer server, string clusterId)
{
    private const int Active = 3;
    private const int Dead = 6;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ChangeMax = TimeSpan.FromMinutes(3);

    /// <summary>The generation of the silo that is or was last at an address: each start has a greater one.</summary>
    public async Task<int> LastOfAsync(string advertised, int port) =>
        (await ReadAsync()).Where(silo => silo.Address == advertised && silo.Port == port)
        .Max(silo => (int?)silo.Generation) ?? 0;

    /// <summary>Waits until a silo is dead to the others.</summary>
    public Task UntilDeadAsync(string advertised, int port, int generation) => UntilAsync(
        $"{advertised}:{port}@{generation} to be declared dead",
        silo => silo.Address == advertised && silo.Port == port && silo.Generation == generation
            && silo.Status == Dead);

    /// <summary>Waits until a later silo at the address is one of them.</summary>
    public Task UntilActiveAsync(string advertised, int port, int laterThan) => UntilAsync(
        $"a silo at {advertised}:{port} after {laterThan} to be active",
        silo => silo.Address == advertised && silo.Port == port && silo.Generation > laterThan
            && silo.Status == Active);

    private async Task UntilAsync(string expected, Predicate<Silo> isSo)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var silos = await ReadAsync();
            if (silos.Exists(isSo))
            {
                return;
            }

            if (waited.Elapsed > ChangeMax)
            {
                throw new TimeoutException($"expected {expected}, found {string.Join(", ", silos)}");
            }

            await Task.Delay(Glance);
        }
    }

    private async Task<List<Silo>> ReadAsync()
    {
        // The server is killed now and then, and a pool would hand out connections to the one before.
        await using var connection = new NpgsqlConnection(
            server.Connection(PrivateServer.Superuser) + ";Pooling=false;Options=-c search_path=exchange");
        await connection.OpenAsync();
        await using var find = new NpgsqlCommand(
            "select querytext from orleansquery where querykey = 'MembershipReadAllKey'", connection);
        var statement = (string)(await find.ExecuteScalarAsync())!;
        await using var read = new NpgsqlCommand(statement, connection);
        _ = read.Parameters.AddWithValue("DeploymentId", clusterId);
        await using var reader = await read.ExecuteReaderAsync();
        var silos = new List<Silo>();
        while (await reader.ReadAsync())
        {
            // A cluster without members has one row without any.
            if (reader["Address"] is string address)
            {
                silos.Add(new(
                    address, Number(reader["Port"]), Number(reader["Generation"]), Number(reader["Status"])));
            }
        }

        return silos;
    }

    private static int Number(object value) => Convert.ToInt32(value, CultureInfo.InvariantCulture);

    private sealed record Silo(string Address, int Port, int Generation, int Status);
}
