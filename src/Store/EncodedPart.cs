using System.Runtime.InteropServices;

namespace Exchange.Store;

/// <summary>One chain's part with everything of it that needs no database, done on the caller's thread.</summary>
internal sealed class EncodedPart
{
    private readonly byte[] _commandNames;

    internal EncodedPart(ChainPart part)
    {
        Part = part;
        _commandNames = new byte[part.Entries.Length * CommandName.SizeBytes];
        for (var i = 0; i < part.Entries.Length; i++)
        {
            var entry = part.Entries[i];
            CommandName.Write(entry.Actor, entry.CommandId, _commandNames.AsSpan(i * CommandName.SizeBytes));
            SizeBytes += entry.Bytes.Length;
        }

        var rows = part.Rows.IsEmpty ? [] : new EncodedChange[part.Rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new(part.Rows[i]);
            SizeBytes += rows[i].Body.Length;
        }

        Rows = ImmutableCollectionsMarshal.AsImmutableArray(rows);
    }

    internal ChainPart Part { get; }

    internal ImmutableArray<EncodedChange> Rows { get; }

    internal long SizeBytes { get; }

    /// <summary>The name of the command of an entry.</summary>
    internal ReadOnlySpan<byte> NameOf(int entry) =>
        _commandNames.AsSpan(entry * CommandName.SizeBytes, CommandName.SizeBytes);
}
