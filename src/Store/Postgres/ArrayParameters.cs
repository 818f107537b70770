using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>Lists that are the array parameters of one statement, made once and filled anew each time.</summary>
internal sealed class ArrayParameters(string statement)
{
    private readonly NpgsqlBatchCommand _command = new(statement);

    /// <summary>The statement with what the lists hold when the batch is run.</summary>
    internal NpgsqlBatchCommand Command => _command;

    internal List<short> AddSmall() => Add<short>(NpgsqlDbType.Smallint);

    internal List<int> AddInteger() => Add<int>(NpgsqlDbType.Integer);

    internal List<long> AddBig() => Add<long>(NpgsqlDbType.Bigint);

    internal List<string?> AddText() => Add<string?>(NpgsqlDbType.Text);

    internal List<ReadOnlyMemory<byte>> AddBytes() => Add<ReadOnlyMemory<byte>>(NpgsqlDbType.Bytea);

    internal List<Guid> AddNames() => Add<Guid>(NpgsqlDbType.Uuid);

    /// <summary>One number, to be set anew each time.</summary>
    internal NpgsqlParameter<long> AddNumber()
    {
        var number = new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint };
        _ = _command.Parameters.Add(number);
        return number;
    }

    private List<T> Add<T>(NpgsqlDbType type)
    {
        var values = new List<T>();
        _ = _command.Parameters.Add(
            new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        return values;
    }
}
