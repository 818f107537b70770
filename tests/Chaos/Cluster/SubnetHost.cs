namespace Exchange.Chaos.Cluster;

/// <summary>An address, and the subnet that reaches it.</summary>
public sealed record SubnetHost(string Address, string Subnet);
