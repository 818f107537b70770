namespace Exchange.Benchmarks.Harness;

/// <summary>One of the things that are compared.</summary>
/// <param name="Name">How the result is named.</param>
/// <param name="Run">Does the work once and answers how many units it did; it must do the same each time.</param>
internal sealed record Contender(string Name, Func<long> Run);
