namespace Exchange.Engine;

// family: putting the content of a revision

/// <summary>Takes the content of a declared revision and publishes it, in bounded memory whatever its size.</summary>
public interface IContentUploads
{
    /// <summary>
    /// Reads CSV from the stream, checks every cell, links rows to households, stores the content durably and then
    /// gives <c>PublishRevision</c>. One bad row refuses the whole upload and nothing is kept.
    /// </summary>
    ValueTask<UploadOutcome> UploadAsync(UploadRequest request, Stream csv, CancellationToken cancellationToken);
}

/// <summary>Which revision is put, and by whom.</summary>
public sealed record UploadRequest(ChainId Dataset, GrainKey Revision, Actor Actor, CommandId CommandId);

/// <summary>What became of an upload.</summary>
public abstract record UploadOutcome
{
    private UploadOutcome()
    {
    }

    /// <summary>The content was good; the answer to the command that publishes it.</summary>
    public sealed record Submitted(SubmitOutcome Outcome) : UploadOutcome;

    /// <summary>The content is not what was declared; at most 100 faults, in order.</summary>
    public sealed record Rejected(ImmutableArray<ContentFault> Faults) : UploadOutcome;
}

/// <summary>One fault of an uploaded table. Never quotes the cell: it may be about a person.</summary>
/// <param name="Line">The line in the file, from 1.</param>
/// <param name="Column">The column's name, or nothing where the whole line is at fault.</param>
/// <param name="Code">A stable name, such as <c>not-an-integer</c>, <c>column-missing</c>, <c>not-utf-8</c>.</param>
/// <param name="Detail">A sentence for a person.</param>
public sealed record ContentFault(long Line, string? Column, string Code, string Detail);
