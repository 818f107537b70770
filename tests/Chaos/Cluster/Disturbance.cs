namespace Exchange.Chaos.Cluster;

// family: what is done to a cluster

/// <summary>Something that happens to a node or the database of a cluster, and how it ends.</summary>
public abstract record Disturbance
{
    private Disturbance()
    {
    }

    /// <summary>What it is, in the report.</summary>
    public abstract string Kind { get; }

    /// <summary>What it is, and to whom it is done.</summary>
    public string Name => (Silo ?? Gateway) is { } number ? $"{Kind} ({number})" : Kind;

    /// <summary>The number of the silo whose grains must wake up elsewhere; nothing where it is none.</summary>
    public virtual int? Silo => null;

    /// <summary>The number of the API node that cannot be asked meanwhile; nothing where it is none.</summary>
    public virtual int? Gateway => null;

    /// <summary>Whether the silo goes on believing that it is one of them, and learns later that it is not.</summary>
    public virtual bool IsSurvived => false;

    public abstract Task BeginAsync(ClusterNodes nodes);

    /// <summary>What is down may come back.</summary>
    public virtual Task EndAsync(ClusterNodes nodes) => Task.CompletedTask;

    /// <summary>SIGKILL of a silo, which comes back at once or only when its grains are awake elsewhere.</summary>
    public sealed record SiloKilled(int Number, bool ComesBackAtOnce) : Disturbance
    {
        public override string Kind => ComesBackAtOnce ? "silo killed and started" : "silo killed";

        public override int? Silo => Number;

        public override async Task BeginAsync(ClusterNodes nodes)
        {
            await nodes.Silos[Number].KillAsync();
            if (ComesBackAtOnce)
            {
                nodes.Silos[Number].Launch();
            }
        }

        public override Task EndAsync(ClusterNodes nodes)
        {
            if (!ComesBackAtOnce)
            {
                nodes.Silos[Number].Launch();
            }

            return Task.CompletedTask;
        }
    }

    /// <summary>SIGSTOP of a silo until it is dead to the others, then SIGCONT.</summary>
    public sealed record SiloStopped(int Number) : Disturbance
    {
        public override string Kind => "silo stopped";

        public override int? Silo => Number;

        public override bool IsSurvived => true;

        public override Task BeginAsync(ClusterNodes nodes) => nodes.Silos[Number].StopAsync();

        public override Task EndAsync(ClusterNodes nodes) => nodes.Silos[Number].ContinueAsync();
    }

    /// <summary>A silo's links go down until it is dead to the others.</summary>
    public sealed record SiloCut(int Number, CutFrom From) : Disturbance
    {
        public override string Kind => From == CutFrom.Cluster ? "silo cut off from the cluster" : "silo cut off";

        public override int? Silo => Number;

        public override bool IsSurvived => true;

        public override Task BeginAsync(ClusterNodes nodes) => nodes.CutAsync(Number, From);

        public override Task EndAsync(ClusterNodes nodes) => nodes.MendAsync(Number);
    }

    /// <summary>SIGKILL of an API node.</summary>
    public sealed record GatewayKilled(int Number) : Disturbance
    {
        public override string Kind => "API node killed";

        public override int? Gateway => Number;

        public override async Task BeginAsync(ClusterNodes nodes)
        {
            await nodes.Gateways[Number].KillAsync();
            nodes.Gateways[Number].Launch();
        }
    }

    /// <summary>SIGKILL of all of the database's processes at one moment.</summary>
    public sealed record DatabaseKilled : Disturbance
    {
        public override string Kind => "database killed";

        public override Task BeginAsync(ClusterNodes nodes) => nodes.CrashServerAsync();
    }
}
