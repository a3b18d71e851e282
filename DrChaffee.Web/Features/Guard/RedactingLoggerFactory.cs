using DrChaffee.Domain.Settings;
using DrChaffee.Web.Features.Account;

namespace DrChaffee.Web.Features.Guard;

/// <summary>Stands before every log there is, so that none of them is given a secret, whoever wrote it into a message or an exception.</summary>
internal sealed class RedactingLoggerFactory(LoggerFactory logs, SecretRedactor redactor, RecentLog recent) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, logs.CreateLogger(categoryName), redactor, recent, TellsToken: categoryName == typeof(FirstAdmin).FullName);

    public void AddProvider(ILoggerProvider provider) => logs.AddProvider(provider);

    public void Dispose() => logs.Dispose();

    private sealed record Logger(string Category, ILogger Inner, SecretRedactor Redactor, RecentLog Recent, bool TellsToken) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => Inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => Inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var (text, thrown) = (formatter(state, exception), exception?.ToString());
            var (cleanText, cleanThrown) = (Redactor.Clean(text, TellsToken), thrown is null ? null : Redactor.Clean(thrown));
            Recent.Add(logLevel, Category, TellsToken ? Redactor.Clean(text) : cleanText, cleanThrown);
            if (cleanText == text && cleanThrown == thrown) Inner.Log(logLevel, eventId, state, exception, formatter);
            else Inner.Log(logLevel, eventId, cleanText, cleanThrown == thrown ? exception : new RedactedException(Redactor.Clean(exception!.Message), cleanThrown!), (message, _) => message);
        }
    }
}

/// <summary>Stands in a log for an exception that held a secret.</summary>
internal sealed class RedactedException(string message, string text) : Exception(message)
{
    public override string ToString() => text;
}
