using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Exchange.Tests.Shared;

/// <summary>Keeps the lines that were logged and their numbers. Thread-safe.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int Number, string Text)> _lines = new();

    internal IReadOnlyList<int> Numbers => [.. _lines.Select(line => line.Number)];

    internal IReadOnlyList<string> Texts => [.. _lines.Select(line => line.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId.Id, $"{formatter(state, exception)} {exception}"));

    public void Dispose() => _lines.Enqueue((0, "end"));
}
