using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>One statement of a table of rows with its arguments in order, and how its rows are read.</summary>
internal sealed class RowStatement
{
    private readonly string _text;
    private readonly List<NpgsqlParameter> _parameters = [];

    internal RowStatement(RowTable table, string statement)
    {
        Table = table;
        _text = PostgresRows.Statement(table, statement);
    }

    internal RowStatement(RowQuery query, RowCursor? after, int limit)
        : this(query.Table, RowLists.StatementOf(query.Filter))
    {
        _ = AddAfter(after?.Chain).AddText(after?.Item ?? "", PackedKey.After).Add(limit);
        if (query.Filter == RowFilter.OfChain)
        {
            _ = AddChain(ChainId.Parse(query.Arguments[0].Text ?? ""));
        }
        else if (query.Filter == RowFilter.ByItem)
        {
            _ = AddItem(query.Arguments[0].Text ?? "");
        }
        else
        {
            foreach (var argument in query.Arguments)
            {
                _parameters.Add(argument.Number is { } number
                    ? new NpgsqlParameter<long> { TypedValue = number }
                    : new NpgsqlParameter<string> { TypedValue = argument.Text ?? "" });
            }
        }
    }

    internal RowTable Table { get; }

    /// <summary>Whether an argument is such that no row has it.</summary>
    internal bool HasNone { get; private set; }

    private bool IsPacked => Table == RowTable.Consent;

    /// <summary>Takes the locks that appending to the chains takes.</summary>
    internal static NpgsqlBatchCommand LockHeads(ImmutableArray<ChainRows> chains) =>
        OfChains(SqlText.Postgres.Of("lock_heads"), chains, Array(NpgsqlDbType.Text, chains, key => key));

    /// <summary>Deletes all that a table has of some chains.</summary>
    internal static NpgsqlBatchCommand DeleteChains(RowTable table, ImmutableArray<ChainRows> chains) => OfChains(
        PostgresRows.Statement(table, "delete_chains"), chains, table == RowTable.Consent
            ? Array(NpgsqlDbType.Bytea, chains, PackedKey.Of)
            : Array(NpgsqlDbType.Text, chains, key => key));

    internal static Row ReadRow(NpgsqlDataReader reader, RowTable table) => table == RowTable.Consent
        ? RowBodies.Decode(table, ReadConsent(reader))
        : RowBodies.Decode(table, reader.GetFieldValue<byte[]>(0));

    internal static ChainId ReadChain(NpgsqlDataReader reader, RowTable table) => new(
        (GrainKind)reader.GetInt16(0),
        GrainKey.Parse(table == RowTable.Consent
            ? PackedKey.Read(reader.GetFieldValue<byte[]>(1))
            : reader.GetString(1)));

    internal RowStatement AddChain(ChainId chain)
    {
        _parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)chain.Kind });
        return AddText(chain.Key.Value, PackedKey.TryOf);
    }

    /// <summary>The chain after which a list goes on; from the beginning where there is none.</summary>
    internal RowStatement AddAfter(ChainId? chain)
    {
        _parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)(chain?.Kind ?? GrainKind.None) });
        return AddText(chain?.Key.Value ?? "", PackedKey.After);
    }

    internal RowStatement AddItem(string item) => AddText(item, PackedKey.TryOf);

    internal RowStatement Add(int limit)
    {
        _parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return this;
    }

    internal NpgsqlCommand ToCommand(NpgsqlDataSource source)
    {
        var command = source.CreateCommand(_text);
        foreach (var parameter in _parameters)
        {
            _ = command.Parameters.Add(parameter);
        }

        return command;
    }

    internal NpgsqlBatchCommand ToBatchCommand()
    {
        var command = new NpgsqlBatchCommand(_text);
        foreach (var parameter in _parameters)
        {
            _ = command.Parameters.Add(parameter);
        }

        return command;
    }

    private static byte[] ReadConsent(NpgsqlDataReader reader) => ConsentForm.Join(
        ReadChain(reader, RowTable.Consent), GrainKey.Parse(PackedKey.Read(reader.GetFieldValue<byte[]>(2))),
        reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<byte[]>(4));

    private static NpgsqlBatchCommand OfChains(
        string statement, ImmutableArray<ChainRows> chains, NpgsqlParameter keys) => new(statement)
    {
        Parameters =
        {
            new NpgsqlParameter<short[]>
            {
                TypedValue = [.. chains.Select(each => (short)each.Chain.Kind)],
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint,
            },
            keys,
        },
    };

    private static NpgsqlParameter<T[]> Array<T>(
        NpgsqlDbType type, ImmutableArray<ChainRows> chains, Func<string, T> keyOf) => new()
    {
        TypedValue = [.. chains.Select(each => keyOf(each.Chain.Key.Value))],
        NpgsqlDbType = NpgsqlDbType.Array | type,
    };

    private RowStatement AddText(string text, Func<string, byte[]?> pack)
    {
        if (!IsPacked)
        {
            _parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
            return this;
        }

        var packed = pack(text);
        HasNone |= packed is null;
        _parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = packed ?? [] });
        return this;
    }
}
