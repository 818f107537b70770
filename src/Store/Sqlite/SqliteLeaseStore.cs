namespace Exchange.Store.Sqlite;

/// <summary>The leases, by the clock of the one process that has the directory.</summary>
internal sealed class SqliteLeaseStore(GroupCommit commits, ReaderPool readers, TimeProvider time) : ILeaseStore
{
    public async ValueTask<Lease?> TryTakeAsync(
        LeaseName name, GrainKey holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        var job = new TakeLeaseJob(new(name, holder, default), time.GetUtcNow(), duration);
        commits.Add(job);
        return await job.Answer.WaitAsync(cancellationToken);
    }

    public ValueTask<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection =>
        {
            var statement = connection.Statement("check_lease")
                .BindText(1, lease.Name.Value).BindText(2, lease.Holder.Value).Bind(3, lease.Epoch.Value)
                .Bind(4, time.GetUtcNow().ToUnixTimeMilliseconds());
            var isHeld = statement.Step();
            statement.Reset();
            return isHeld;
        }));

    public async ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        var job = new ReleaseLeaseJob(lease);
        commits.Add(job);
        _ = await job.Answer.WaitAsync(cancellationToken);
    }
}
