using System.Collections;
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
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => Inner.BeginScope(new Scope(state, this));

        public bool IsEnabled(LogLevel logLevel) => Inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var (text, thrown) = (formatter(state, exception), exception?.ToString());
            var (cleanText, cleanThrown) = (Clean(text), thrown is null ? null : Redactor.Clean(thrown));
            Recent.Add(logLevel, Category, TellsToken ? Redactor.Clean(text) : cleanText, cleanThrown);
            if (cleanText == text && cleanThrown == thrown && IsClean(state)) Inner.Log(logLevel, eventId, state, exception, formatter);
            else Inner.Log(logLevel, eventId, cleanText, cleanThrown == thrown ? exception : new RedactedException(Redactor.Clean(exception!.Message), cleanThrown!), (message, _) => message);
        }

        /// <summary>Whether none of the values that a line is made of holds a secret: a log of JSON writes each by its name.</summary>
        private bool IsClean<TState>(TState state) => state is not IEnumerable<KeyValuePair<string, object?>> values || values.All(value => ReferenceEquals(Clean(value.Value), value.Value));

        /// <summary>The value itself unless the text it is written as holds a secret; that text without it otherwise.</summary>
        private object? Clean(object? value)
        {
            if (value is null || value.GetType().IsPrimitive) return value;
            var text = value.ToString() ?? "";
            return Clean(text) is var clean && clean == text ? value : clean;
        }

        private string Clean(string text) => Redactor.Clean(text, TellsToken);

        /// <summary>Is cleaned when it is written, which only a log of JSON does.</summary>
        private sealed class Scope(object state, Logger logger) : IEnumerable<KeyValuePair<string, object?>>
        {
            public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
                (state as IEnumerable<KeyValuePair<string, object?>> ?? []).Select(value => KeyValuePair.Create(value.Key, logger.Clean(value.Value))).GetEnumerator();

            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

            public override string ToString() => logger.Clean(state.ToString() ?? "");
        }
    }
}

/// <summary>Stands in a log for an exception that held a secret.</summary>
internal sealed class RedactedException(string message, string text) : Exception(message)
{
    public override string ToString() => text;
}
