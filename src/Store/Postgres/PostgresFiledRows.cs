using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>
/// Reads rows as they lie in their tables, of one moment: what a check compares with the chains, so that a row's bytes
/// are given as they are and not read.
/// </summary>
internal sealed class PostgresFiledRows(NpgsqlDataSource source)
{
    internal async ValueTask<ImmutableArray<FiledRow>> ReadAsync(
        ChainId first, ChainId last, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken)
                .ConfigureAwait(false);
            await using (moment.ConfigureAwait(false))
            {
                var consents = new FiledConsents();
                var rows = await ReadAsync(connection, first, last, consents, cancellationToken).ConfigureAwait(false);
                await consents.FindTermsAsync(connection, cancellationToken).ConfigureAwait(false);
                return [.. rows.SelectMany(table => table ?? consents.Rows())];
            }
        }
    }

    // The place of consents stays empty: what they share is read behind them.
    private static async ValueTask<List<List<FiledRow>?>> ReadAsync(
        NpgsqlConnection connection, ChainId first, ChainId last, FiledConsents consents,
        CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        await using (batch.ConfigureAwait(false))
        {
            foreach (var table in RowBodies.Tables)
            {
                batch.BatchCommands.Add(
                    new RowStatement(table, "of_range").AddChain(first).AddChain(last).ToBatchCommand());
            }

            var rows = new List<List<FiledRow>?>();
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                foreach (var table in RowBodies.Tables)
                {
                    var filed = table == RowTable.Consent ? null : new List<FiledRow>();
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        if (filed is null)
                        {
                            consents.Add(reader);
                        }
                        else
                        {
                            filed.Add(Read(reader, table));
                        }
                    }

                    rows.Add(filed);
                    _ = await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            return rows;
        }
    }

    private static FiledRow Read(NpgsqlDataReader reader, RowTable table)
    {
        const int FirstColumn = 4;
        var types = PostgresRows.ColumnsOf(table);
        var columns = ImmutableArray.CreateBuilder<RowValue>(types.Count);
        for (var i = 0; i < types.Count; i++)
        {
            columns.Add(
                reader.IsDBNull(FirstColumn + i) ? default
                : types[i] ? RowValue.Of(reader.GetString(FirstColumn + i))
                : RowValue.Of(reader.GetFieldValue<long>(FirstColumn + i)));
        }

        return new(
            table, RowStatement.ReadChain(reader, table), reader.GetString(2), columns.MoveToImmutable(),
            reader.GetFieldValue<byte[]>(3), IsWhole: true);
    }
}
