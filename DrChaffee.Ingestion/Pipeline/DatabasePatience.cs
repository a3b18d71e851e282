using Npgsql;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Waits for a database that restarts: a run of hours must not end because of a few seconds.</summary>
internal static class DatabasePatience
{
    private const int Tries = 120;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Does the work again, about two minutes long, while the database is out of reach. The work must do no harm when it is done twice.</summary>
    public static async Task<T> AskAsync<T>(Func<Task<T>> work, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (Exception ex) when (MayPass(ex) && attempt < Tries)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    public static Task DoAsync(Func<Task> work, TimeProvider time, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        await work();
        return true;
    }, time, cancellationToken);

    /// <summary>True where the fault lies with the connection or the server's state, not with what was asked.</summary>
    public static bool MayPass(Exception fault) => fault switch
    {
        PostgresException refused => refused.IsTransient || refused.SqlState.StartsWith("57P", StringComparison.Ordinal) || refused.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException broken => broken.IsTransient || broken.InnerException is IOException or System.Net.Sockets.SocketException or TimeoutException,
        InvalidOperationException { InnerException: { } inner } => MayPass(inner), // how Entity Framework wraps what may pass
        _ => false,
    };
}
