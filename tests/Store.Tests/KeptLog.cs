using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Exchange.Store.Tests;

/// <summary>Keeps the numbers of the lines that were logged. Thread-safe.</summary>
internal sealed class KeptLog : ILogger
{
    private readonly ConcurrentQueue<int> _numbers = new();

    internal IReadOnlyCollection<int> Numbers => _numbers;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) => _numbers.Enqueue(eventId.Id);
}
