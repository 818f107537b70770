using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Store.Sqlite;

/// <summary>Appends one chain's part. Everything that needs no database is done on the caller's thread.</summary>
internal sealed class AppendJob : WriteJob<AppendOutcome>
{
    private const int NameSizeBytes = 16;

    private readonly byte[] _commandNames;
    private AppendOutcome _found;

    internal AppendJob(ChainPart part)
    {
        Part = part;
        _commandNames = new byte[part.Entries.Length * NameSizeBytes];
        for (var i = 0; i < part.Entries.Length; i++)
        {
            WriteName(part.Entries[i].Actor, part.Entries[i].CommandId, _commandNames.AsSpan(i * NameSizeBytes));
        }

        var rows = part.Rows.IsEmpty ? [] : new EncodedChange[part.Rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new(part.Rows[i]);
            SizeBytes += rows[i].Body.Length;
        }

        foreach (var entry in part.Entries)
        {
            SizeBytes += entry.Bytes.Length;
        }

        Rows = ImmutableCollectionsMarshal.AsImmutableArray(rows);
    }

    internal ChainPart Part { get; }

    internal ImmutableArray<EncodedChange> Rows { get; }

    internal override long SizeBytes { get; }

    internal override int Entries => Part.Entries.Length;

    /// <summary>
    /// The name of a command on its chain: the first 16 bytes of SHA-256(kind || key || command id). Kind and command
    /// id have fixed sizes, so no two triples give the same text.
    /// </summary>
    internal static byte[] CommandName(ChainId actor, CommandId id)
    {
        var name = new byte[NameSizeBytes];
        WriteName(actor, id, name);
        return name;
    }

    internal ReadOnlySpan<byte> CommandName(int entry) =>
        _commandNames.AsSpan(entry * NameSizeBytes, NameSizeBytes);

    internal override void Apply(SqliteWriter writer) => _found = writer.Append(this);

    internal override void Complete()
    {
        if (_found != AppendOutcome.Stored)
        {
            Metrics.Conflicted(_found);
        }

        Set(_found);
    }

    internal override void AnswerUnavailable(Exception? reason) => Set(AppendOutcome.Unavailable);

    internal override void AnswerUnknown(Exception reason) => Set(AppendOutcome.Unknown);

    private static void WriteName(ChainId actor, CommandId id, Span<byte> target)
    {
        Span<byte> text = stackalloc byte[1 + GrainKey.LengthMax + Bytes16.SizeBytes];
        text[0] = (byte)actor.Kind;
        var size = 1 + Encoding.ASCII.GetBytes(actor.Key.Value, text[1..]);
        id.Value.CopyTo(text[size..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(text[..(size + Bytes16.SizeBytes)], digest);
        digest[..NameSizeBytes].CopyTo(target);
    }
}

/// <summary>A row change with its row's bytes and columns; a deletion has none.</summary>
internal readonly record struct EncodedChange
{
    internal EncodedChange(RowChange change)
    {
        Change = change;
        (Body, Columns) = change is RowChange.Upsert(var row) ? (RowBodies.Encode(row), row.Columns) : ([], []);
    }

    internal RowChange Change { get; }

    internal byte[] Body { get; }

    internal ImmutableArray<RowValue> Columns { get; }
}
