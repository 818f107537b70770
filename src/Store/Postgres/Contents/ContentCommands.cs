using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres.Contents;

/// <summary>Runs the statements of content: each its own transaction on a connection of the pool.</summary>
internal sealed class ContentCommands(NpgsqlDataSource source)
{
    /// <summary>The bytes of one chunk, except the last of a piece and what journals append.</summary>
    internal const int ChunkSizeBytes = 256 * 1024;

    // So many chunks are deleted by one transaction: none is long, whatever the content's size.
    private const int DeletedChunksMax = 256;

    internal NpgsqlDataSource Source => source;

    internal static NpgsqlParameter Of<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    internal static NpgsqlParameter Of(long[] values) =>
        new NpgsqlParameter<long[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    internal static NpgsqlParameter Of(ReadOnlyMemory<byte>[] values) => new NpgsqlParameter<ReadOnlyMemory<byte>[]>
    {
        TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
    };

    internal static NpgsqlBatchCommand Statement(string name, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(SqlText.Postgres.Of("content_" + name));
        foreach (var parameter in parameters)
        {
            _ = command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>How many rows a statement changed.</summary>
    internal async Task<int> RunAsync(CancellationToken cancellationToken, params NpgsqlBatchCommand[] statements)
    {
        var batch = source.CreateBatch();
        await using (batch.ConfigureAwait(false))
        {
            foreach (var statement in statements)
            {
                batch.BatchCommands.Add(statement);
            }

            _ = await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return checked((int)statements[^1].RecordsAffected);
        }
    }

    /// <summary>The rows that the first statement of several answers.</summary>
    internal async Task<List<T>> ReadAsync<T>(
        Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params NpgsqlBatchCommand[] statements)
    {
        var batch = source.CreateBatch();
        await using (batch.ConfigureAwait(false))
        {
            foreach (var statement in statements)
            {
                batch.BatchCommands.Add(statement);
            }

            var rows = new List<T>();
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    rows.Add(read(reader));
                }

                // What a later statement met is thrown here.
                while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
                {
                }
            }

            return rows;
        }
    }

    /// <summary>Deletes the chunks of a released draft, then the draft: broken off, it goes on another time.</summary>
    internal async Task DeleteAsync(long holder, CancellationToken cancellationToken)
    {
        int deleted;
        do
        {
            deleted = await RunAsync(
                cancellationToken, Statement("delete_chunks", Of(holder), Of(DeletedChunksMax))).ConfigureAwait(false);
        }
        while (deleted == DeletedChunksMax);
        _ = await RunAsync(cancellationToken, Statement("delete_draft", Of(holder))).ConfigureAwait(false);
    }

    /// <summary>Cuts bytes into chunks that begin at a position of their piece.</summary>
    internal static (long[] Starts, ReadOnlyMemory<byte>[] Chunks) Cut(ReadOnlyMemory<byte> bytes, long position)
    {
        var count = (bytes.Length + ChunkSizeBytes - 1) / ChunkSizeBytes;
        var (starts, chunks) = (new long[count], new ReadOnlyMemory<byte>[count]);
        for (var i = 0; i < count; i++)
        {
            var offset = i * ChunkSizeBytes;
            starts[i] = position + offset;
            chunks[i] = bytes.Slice(offset, Math.Min(ChunkSizeBytes, bytes.Length - offset));
        }

        return (starts, chunks);
    }
}
