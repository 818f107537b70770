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

        Rows = [.. part.Rows.Select(change => new EncodedChange(change))];
        SizeBytes = part.Entries.Sum(entry => (long)entry.Bytes.Length) + Rows.Sum(row => (long)row.Body.Length);
    }

    internal ChainPart Part { get; }

    internal ImmutableArray<EncodedChange> Rows { get; }

    internal override long SizeBytes { get; }

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

    internal override void Complete() => Set(_found);

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

/// <summary>A row change with its row's bytes; a deletion has none.</summary>
internal readonly record struct EncodedChange
{
    internal EncodedChange(RowChange change)
    {
        Change = change;
        Body = change is RowChange.Upsert upsert ? RowBodies.Encode(upsert.Row) : [];
    }

    internal RowChange Change { get; }

    internal byte[] Body { get; }
}
