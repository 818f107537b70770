using System.Collections.Concurrent;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Evidence;

/// <summary>
/// Makes evidence in the background, one work after the other: each reads every chain. Disposing it stops what runs and
/// removes what was made.
/// </summary>
public sealed class EvidenceWorks : IEvidence, IAsyncDisposable
{
    /// <summary>How many works a run of the node keeps; the oldest that has ended gives way.</summary>
    public const int WorksMax = 1000;

    private const int FileBufferSizeBytes = 256 * 1024;

    private readonly EvidenceParts _parts;
    private readonly int _worksMax;
    private readonly ConcurrentDictionary<GrainKey, EvidenceWork> _works = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="worksMax">How many works are kept.</param>
    public EvidenceWorks(EvidenceParts parts, int worksMax = WorksMax)
    {
        (_parts, _worksMax) = (parts, worksMax);
        _ = Directory.CreateDirectory(parts.Folder);
        foreach (var left in Directory.EnumerateFiles(parts.Folder, "evidence-*"))
        {
            File.Delete(left);
        }
    }

    public ValueTask<EvidenceStatus> StartExportAsync(
        EvidenceRequest request, CancellationToken cancellationToken) =>
        Start(request, EvidenceKind.Export, async (work, stopping) =>
        {
            await ExportAsync(work, stopping);
            return null;
        });

    public ValueTask<EvidenceStatus> StartAuditAsync(
        EvidenceRequest request, Period? period, CancellationToken cancellationToken) =>
        Start(request, EvidenceKind.Audit, async (work, stopping) =>
            await NodeAudit.WriteAsync(_parts, work, period, stopping));

    public EvidenceStatus? Find(GrainKey id) => _works.TryGetValue(id, out var work) ? work.Status : null;

    public ValueTask<Stream?> OpenContentAsync(GrainKey id, CancellationToken cancellationToken) => new(
        _works.TryGetValue(id, out var work) && work.Status.Stage == EvidenceStage.Ready
            ? new FileStream(work.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete)
            : null);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_works.Values.Select(work => work.Ended));
        foreach (var work in _works.Values)
        {
            File.Delete(work.Path);
        }

        _turn.Dispose();
        _stopping.Dispose();
    }

    private async Task ExportAsync(EvidenceWork work, CancellationToken stopping)
    {
        var chains = await ChainsAtOnce.ReadAsync(_parts.Ledger, stopping);
        var file = new FileStream(
            work.DraftPath, FileMode.Create, FileAccess.Write, FileShare.None, FileBufferSizeBytes);
        _ = await new ChainExport(_parts.Exchange, _parts.Ledger, _parts.Contents, chains).WriteAsync(
            file, work.Advance,
            missing =>
            {
                // The status names it and the verifier refuses to audit without it; no file at all would say less.
                work.Miss(missing);
                Log.EvidenceMisses(_parts.Logger, missing);
            },
            stopping);
    }

    private ValueTask<EvidenceStatus> Start(
        EvidenceRequest request, EvidenceKind kind, Func<EvidenceWork, CancellationToken, Task<long?>> make)
    {
        if (_works.TryGetValue(request.Id, out var known))
        {
            return new(known.Status);
        }

        if (_works.Count >= _worksMax && !DropOldest())
        {
            throw new StoreUnavailableException($"{_worksMax} works of evidence are under way.", inner: null);
        }

        var now = new UnixMilliseconds(_parts.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var work = new EvidenceWork(request, kind, now, Path.Combine(_parts.Folder, $"evidence-{request.Id}"));
        var kept = _works.GetOrAdd(request.Id, work);
        if (ReferenceEquals(kept, work))
        {
            work.Ended = Task.Run(() => RunAsync(work, make, _stopping.Token), CancellationToken.None);
        }

        return new(kept.Status);
    }

    // What has ended makes room for what is asked now; whoever wants it again starts it again.
    private bool DropOldest()
    {
        var oldest = _works.Values.Where(work => work.Status.Stage != EvidenceStage.Running)
            .MinBy(work => work.Status.StartedAt);
        if (oldest is null || !_works.TryRemove(oldest.Status.Request.Id, out _))
        {
            return oldest is not null;
        }

        File.Delete(oldest.Path);
        return true;
    }

    private async Task RunAsync(
        EvidenceWork work, Func<EvidenceWork, CancellationToken, Task<long?>> make, CancellationToken stopping)
    {
        try
        {
            await _turn.WaitAsync(stopping);
            try
            {
                var violations = await make(work, stopping);
                File.Move(work.DraftPath, work.Path, overwrite: true);
                work.Complete(new FileInfo(work.Path).Length, violations);
            }
            finally
            {
                _ = _turn.Release();
            }
        }
        // Boundary: nobody waits for this work; whoever asks is told that it failed, and the operator why.
        catch (Exception error)
        {
            Log.EvidenceFailed(_parts.Logger, work.Status.Request.Id, error);
            File.Delete(work.DraftPath);
            work.Fail();
        }
    }
}
