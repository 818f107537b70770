using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Exchange.Cluster.Hosts;

/// <summary>
/// Ends the process of a silo that cannot go on: one that stood still, and that others declared dead meanwhile, must
/// not answer any more. Whoever keeps the process running starts it anew.
/// </summary>
internal sealed class DeclaredDead(ILogger<DeclaredDead> logger) : IFatalErrorHandler
{
    private const int ExitCode = 1;

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(
        object? sender = null, string? context = null, Exception? exception = null)
    {
        Log.DeclaredDead(logger, context, exception);

        // The log is written by a thread of its own, which ends with the process.
        Console.Error.WriteLine($"The silo ends: {context} {exception?.Message}".TrimEnd());
        Environment.Exit(ExitCode);
    }
}
