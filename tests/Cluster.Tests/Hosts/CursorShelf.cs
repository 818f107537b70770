using Exchange.Cluster.Jobs;
using Orleans.Runtime;
using Orleans.Storage;

namespace Exchange.Cluster.Tests.Hosts;

/// <summary>Keeps one cursor as Orleans' storage does: written only by who has seen what is kept.</summary>
internal sealed class CursorShelf
{
    private int _version;
    private long _collectedAt;

    /// <summary>The cursor of one activation, read as it comes to life.</summary>
    internal IPersistentState<JobCursor> Take()
    {
        var taken = new Taken(this);
        _ = taken.ReadStateAsync();
        return taken;
    }

    private sealed class Taken(CursorShelf shelf) : IPersistentState<JobCursor>
    {
        private int _seen;

        public JobCursor State { get; set; } = new();

        public string? Etag => $"{_seen}";

        public bool RecordExists => _seen > 0;

        public Task ReadStateAsync()
        {
            _seen = shelf._version;
            State = new() { CollectedAt = shelf._collectedAt };
            return Task.CompletedTask;
        }

        public Task WriteStateAsync()
        {
            if (_seen != shelf._version)
            {
                throw new InconsistentStateException("kept by another meanwhile");
            }

            _seen = ++shelf._version;
            shelf._collectedAt = State.CollectedAt;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync() => throw new NotSupportedException();
    }
}
