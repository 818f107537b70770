using System.Buffers;
using Exchange.Benchmarks.Harness;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Benchmarks.Layouts;

/// <summary>Writes commits of a prototype over one connection.</summary>
internal sealed class LayoutWriter(NpgsqlConnection connection, Layout layout) : IAsyncDisposable
{
    internal ValueTask<long> WriteAsync(LayoutBatch batch) => layout.Path switch
    {
        WritePath.Statements or WritePath.Streamed => WriteStatementsAsync(batch),
        WritePath.Function => WriteWholeAsync(batch, "whole.function"),
        WritePath.Together => WriteWholeAsync(batch, "whole.together"),
        WritePath.Copy => WriteCopyAsync(batch),
        _ => WriteSegmentsAsync(batch),
    };

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async ValueTask<long> WriteStatementsAsync(LayoutBatch batch)
    {
        await using var commands = new NpgsqlBatch(connection);
        Add(commands, "chain.move", batch.Heads.Parameters);
        Add(commands, layout.Insert, batch.Entries.Parameters);
        AddRows(commands, batch);
        return await RunAsync(commands, batch);
    }

    private async ValueTask<long> WriteWholeAsync(LayoutBatch batch, string statement)
    {
        await using var commands = new NpgsqlBatch(connection);
        Add(commands, statement,
            [.. batch.Heads.Parameters, .. batch.Entries.Parameters, .. batch.Rows.Parameters(layout.Rows)]);
        return await RunAsync(commands, batch);
    }

    private async ValueTask<long> WriteCopyAsync(LayoutBatch batch)
    {
        await using var begin = new NpgsqlBatch(connection);
        Add(begin, "server.begin", []);
        Add(begin, "chain.move", batch.Heads.Parameters);
        var position = (long)(await begin.ExecuteScalarAsync())! << 13;
        var bytesAsNames = layout.Setup.Contains("entry.create_bytes");
        await using (var import = await connection.BeginBinaryImportAsync(BenchSql.Layouts.Of("entry.copy")))
        {
            var (chains, indexes, names, bodies) = batch.Entries;
            for (var i = 0; i < chains.Length; i++)
            {
                await import.StartRowAsync();
                await import.WriteAsync(chains[i], NpgsqlDbType.Bigint);
                await import.WriteAsync(position + i, NpgsqlDbType.Bigint);
                await import.WriteAsync(indexes[i], NpgsqlDbType.Integer);
                await (bytesAsNames
                    ? import.WriteAsync(names[i].ToByteArray(), NpgsqlDbType.Bytea)
                    : import.WriteAsync(names[i], NpgsqlDbType.Uuid));
                await import.WriteAsync(bodies[i], NpgsqlDbType.Bytea);
            }

            _ = await import.CompleteAsync();
        }

        await using var commands = new NpgsqlBatch(connection);
        AddRows(commands, batch);
        Add(commands, "server.commit", []);
        return await RunAsync(commands, batch);
    }

    private async ValueTask<long> WriteSegmentsAsync(LayoutBatch batch)
    {
        var (chains, indexes, names, bodies) = batch.Entries;
        var (firsts, starts, sizes) = (new int[chains.Length], new int[chains.Length], new int[chains.Length]);
        List<int> segments = [];
        List<byte[]> values = [];
        for (var i = 0; i < chains.Length; i += Math.Min(layout.SegmentEntries, chains.Length - i))
        {
            var end = Math.Min(chains.Length, i + Math.Min(layout.SegmentEntries, chains.Length));
            var packed = new ArrayBufferWriter<byte>();
            for (var j = i; j < end; j++)
            {
                (firsts[j], starts[j], sizes[j]) = (i, packed.WrittenCount, bodies[j].Length);
                packed.Write(bodies[j]);
            }

            segments.Add(i);
            values.Add(packed.WrittenSpan.ToArray());
        }

        await using var commands = new NpgsqlBatch(connection);
        Add(commands, "chain.move", batch.Heads.Parameters);
        Add(commands, "segment.insert_segments", [segments.ToArray(), values.ToArray()]);
        Add(commands, "segment.insert", [chains, firsts, indexes, starts, sizes, names]);
        AddRows(commands, batch);
        return await RunAsync(commands, batch);
    }

    private void AddRows(NpgsqlBatch commands, LayoutBatch batch)
    {
        if (layout.Rows != RowForm.None)
        {
            Add(commands, layout.Upsert, batch.Rows.Parameters(layout.Rows));
        }
    }

    private static void Add(NpgsqlBatch commands, string statement, object[] parameters)
    {
        var command = new NpgsqlBatchCommand(BenchSql.Layouts.Of(statement));
        foreach (var each in parameters)
        {
            _ = command.Parameters.Add(new NpgsqlParameter { Value = each });
        }

        commands.BatchCommands.Add(command);
    }

    private static async ValueTask<long> RunAsync(NpgsqlBatch commands, LayoutBatch batch)
    {
        _ = await commands.ExecuteNonQueryAsync();
        return batch.Entries.Chains.Length;
    }
}
