using DrChaffee.Ingestion.Pipeline;
using Npgsql;

namespace DrChaffee.Web.Features.Models;

/// <summary>What can go wrong with a decision about the models without anyone's mistake in this program.</summary>
internal static class ModelFault
{
    private const string AtOnce = "Someone else changed the models at the same moment; look at the list and try again.";

    /// <summary>Why it was refused, in a sentence; null where it was not.</summary>
    public static string? Refusal(Exception exception) => exception switch
    {
        IngestionException => exception.Message,
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } or { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } } => AtOnce,
        _ => null,
    };
}
