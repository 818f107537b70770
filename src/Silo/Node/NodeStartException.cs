namespace Exchange.Silo.Node;

/// <summary>The node cannot start as it is set up; the message says to the operator what to change.</summary>
public sealed class NodeStartException(string message) : Exception(message);
