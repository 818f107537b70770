namespace Exchange.Store.Sqlite;

/// <summary>Appends one chain's part.</summary>
internal sealed class AppendJob(ChainPart part) : WriteJob<AppendOutcome>
{
    private readonly EncodedPart _encoded = new(part);
    private AppendOutcome _found;

    internal ChainPart Part => _encoded.Part;

    internal ImmutableArray<EncodedChange> Rows => _encoded.Rows;

    internal override long SizeBytes => _encoded.SizeBytes;

    internal override int Entries => Part.Entries.Length;

    internal ReadOnlySpan<byte> CommandName(int entry) => _encoded.NameOf(entry);

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

    internal override void AnswerOverloaded() => Set(AppendOutcome.Overloaded);

    internal override void AnswerUnknown(Exception reason) => Set(AppendOutcome.Unknown);
}
