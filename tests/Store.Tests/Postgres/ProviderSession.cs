using System.Data;
using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Exchange.Store.Tests.Postgres;

/// <summary>
/// Does what Orleans' providers for databases do: takes the statements from their table, names parameters and their
/// database type by the type of the value, and reads columns by name. As a node's role, on a connection for each call.
/// </summary>
internal sealed class ProviderSession : IDisposable
{
    private const string Queries = "SELECT QueryKey, QueryText FROM OrleansQuery";

    private readonly NpgsqlDataSource _source;

    internal ProviderSession(string connection)
    {
        _source = NpgsqlDataSource.Create(connection);
        using var command = _source.CreateCommand(Queries);
        using var reader = command.ExecuteReader();
        Texts = All(reader, row => (Key: (string)row["QueryKey"], Text: (string)row["QueryText"]))
            .ToDictionary(each => each.Key, each => each.Text, StringComparer.Ordinal);
    }

    /// <summary>The statements by their keys.</summary>
    internal Dictionary<string, string> Texts { get; }

    internal NpgsqlConnection Open() => _source.OpenConnection();

    internal async Task<List<T>> ReadAsync<T>(string key, Func<DbDataReader, T> read, params Parameter[] parameters)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await ReadAsync(connection, key, read, parameters);
    }

    internal async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string key, Func<DbDataReader, T> read, params Parameter[] parameters)
    {
        await using DbCommand command = connection.CreateCommand();
        foreach (var each in parameters)
        {
            each.AddTo(command);
        }

        command.CommandText = Texts[key];
        await using var reader = await command.ExecuteReaderAsync();
        return All(reader, read);
    }

    /// <summary>Whether the one column of the one row says that it was done.</summary>
    internal async Task<bool> IsDoneAsync(NpgsqlConnection? connection, string key, params Parameter[] parameters)
    {
        var answers = connection is null
            ? await ReadAsync(key, IsDone, parameters)
            : await ReadAsync(connection, key, IsDone, parameters);
        return Assert.Single(answers);
    }

    internal Task ExecuteAsync(string key, params Parameter[] parameters) => ReadAsync(key, _ => true, parameters);

    /// <summary>
    /// Runs the second call while the first is done but not committed, then commits the first: the second waits for it
    /// and has to see what it did.
    /// </summary>
    internal async Task<T> MeetAsync<T>(Func<NpgsqlConnection, Task> first, Func<NpgsqlConnection, Task<T>> second)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var holder = Open();
        await using var waiter = Open();
        await using var transaction = await holder.BeginTransactionAsync();
        await first(holder);
        var waiting = second(waiter);
        while (!waiting.IsCompleted && !await IsBlockedAsync(waiter.ProcessID, patience.Token))
        {
            patience.Token.ThrowIfCancellationRequested();
        }

        Assert.False(waiting.IsCompleted, "expected the second call to wait for the first, found that it did not");
        await transaction.CommitAsync();
        return await waiting;
    }

    public void Dispose() => _source.Dispose();

    private static bool IsDone(DbDataReader row)
    {
        Assert.Equal(1, row.FieldCount);
        return Convert.ToBoolean(row.GetValue(0), CultureInfo.InvariantCulture);
    }

    private static List<T> All<T>(DbDataReader reader, Func<DbDataReader, T> read)
    {
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private async Task<bool> IsBlockedAsync(int process, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("select cardinality(pg_blocking_pids($1)) > 0");
        command.Parameters.Add(new() { Value = process });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>A name with a value, and the type that providers derive from the value's.</summary>
    internal sealed record Parameter(string Name, object? Value, DbType Type)
    {
        public static Parameter Of(string name, int value) => new(name, value, DbType.Int32);

        public static Parameter Of(string name, int? value) => new(name, value, DbType.Int32);

        public static Parameter Of(string name, long value) => new(name, value, DbType.Int64);

        public static Parameter Of(string name, string? value) => new(name, value, DbType.String);

        public static Parameter Of(string name, DateTime value) => new(name, value, DbType.DateTime);

        public static Parameter Of(string name, byte[] value) => new(name, value, DbType.Binary);

        internal void AddTo(DbCommand command)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = Name;
            parameter.Value = Value ?? DBNull.Value;
            parameter.DbType = Type;
            parameter.Direction = ParameterDirection.Input;
            _ = command.Parameters.Add(parameter);
        }
    }
}
