namespace Exchange.Silo.Demo;

/// <summary>The story cannot be told with what it was given; the message says why.</summary>
public sealed class DemoException(string message) : Exception(message);
