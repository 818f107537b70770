namespace Exchange.Engine.Transfer;

/// <summary>What is to be moved is not whole, or the target holds something else; the message is for the
/// operator.</summary>
public sealed class TransferException(string message) : Exception(message);
