namespace Exchange.Engine.Evidence;

/// <summary>One work under way: what it made so far. Thread-safe.</summary>
internal sealed class EvidenceWork(EvidenceRequest request, EvidenceKind kind, UnixMilliseconds startedAt, string path)
{
    private const int MissingMax = 100;

    private readonly Lock _lock = new();
    private EvidenceStage _stage = EvidenceStage.Running;
    private long? _sizeBytes;
    private long? _violations;
    private ImmutableArray<Digest> _missing = [];
    private long _done;

    internal string Path { get; } = path;

    /// <summary>Where the work is written before it is whole.</summary>
    internal string DraftPath => Path + ".draft";

    /// <summary>Ends when the work is done, whatever came of it.</summary>
    internal Task Ended { get; set; } = Task.CompletedTask;

    internal EvidenceStatus Status
    {
        get
        {
            lock (_lock)
            {
                return new(
                    request, kind, _stage, startedAt, Interlocked.Read(ref _done), _sizeBytes, _violations, _missing);
            }
        }
    }

    /// <summary>One more chain or delivery is done.</summary>
    internal void Advance() => Interlocked.Increment(ref _done);

    /// <summary>Content that is named and not there.</summary>
    internal void Miss(Digest content)
    {
        lock (_lock)
        {
            _missing = _missing.Length < MissingMax ? _missing.Add(content) : _missing;
        }
    }

    internal void Complete(long sizeBytes, long? violations)
    {
        lock (_lock)
        {
            (_stage, _sizeBytes, _violations) = (EvidenceStage.Ready, sizeBytes, violations);
        }
    }

    internal void Fail()
    {
        lock (_lock)
        {
            _stage = EvidenceStage.Failed;
        }
    }
}
