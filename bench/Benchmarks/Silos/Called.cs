namespace Exchange.Benchmarks.Silos;

/// <summary>Calls of one sort.</summary>
/// <param name="Grains">How many grains are called in turn.</param>
internal sealed record Called(string Name, int Grains, Func<Random, Task> CallAsync);
