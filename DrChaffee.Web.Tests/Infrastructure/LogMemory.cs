using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>Keeps what the program logs, for tests that read it as an operator would.</summary>
public sealed class LogMemory : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IEnumerable<string> Lines => _lines.Select(line => line.Text);

    public IEnumerable<string> Errors => _lines.Where(line => line.Level >= LogLevel.Error).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(LogMemory memory) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            memory._lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
