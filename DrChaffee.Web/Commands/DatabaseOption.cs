using System.CommandLine;
using DrChaffee.Domain.Data;
using DrChaffee.Ingestion.Transfer;

namespace DrChaffee.Web.Commands;

/// <summary>An option that names a database by its address.</summary>
internal static class DatabaseOption
{
    /// <exception cref="TransferException">It is missing, or cannot be read.</exception>
    public static DatabaseAddress Required(ParseResult parsed, Option<string?> option) => Optional(parsed, option) ?? throw new TransferException($"{option.Name} is missing; write postgresql://user:password@host:5432/database.");

    public static DatabaseAddress? Optional(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } url) return null;
        return DatabaseUrl.TryParse(url, out var connectionString, out var fault) ? new DatabaseAddress(connectionString) : throw new TransferException(fault.Replace("DATABASE_URL", option.Name, StringComparison.Ordinal));
    }
}
