namespace Exchange.Store;

/// <summary>The data directory cannot be opened as it is; the message says why and stands for itself.</summary>
public sealed class StoreRefusedException(string message) : Exception(message);
