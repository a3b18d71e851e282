using System.Text.Json.Nodes;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Library;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Domain.Audit;

/// <summary>Keeps who did what for a year.</summary>
public sealed partial class AuditLog(IDbContextFactory<ChaffeeDbContext> contexts, DatabaseState database, TimeProvider time, ILogger<AuditLog> logger)
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(365);
    private const int LongestText = 300;

    /// <summary>Writes an entry, unless the database can only be read: then nothing was done. What was done stays done where it cannot be written; then it stands in the program's log.</summary>
    public async Task WriteAsync(Actor by, string action, string? subject = null, JsonObject? detail = null)
    {
        if (await database.ModeAsync(CancellationToken.None) == DatabaseMode.ReadOnly) return;
        try
        {
            await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
            db.Add(Entry(by, action, subject, detail));
            await db.SaveChangesAsync(CancellationToken.None);
        }
        catch (Exception ex) when (ex is DbUpdateException or NpgsqlException or InvalidOperationException { InnerException: NpgsqlException })
        {
            LogUnwritten(ex, by.Name, by.Address, action, subject);
        }
    }

    /// <summary>An entry to be written together with what it tells of.</summary>
    public AuditEntry Entry(Actor by, string action, string? subject = null, JsonObject? detail = null) => new()
    {
        At = time.GetUtcNow(),
        Who = Short(by.Name),
        Address = by.Address,
        Action = action,
        Subject = Short(subject),
        Detail = detail?.ToJsonString(),
    };

    /// <summary>The latest first.</summary>
    public async Task<Page<AuditRecord>> ListAsync(string? who, string? action, int take, int skip, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var entries = db.AuditLog.Where(e => (who == null || e.Who == who) && (action == null || e.Action == action));
        var total = await entries.CountAsync(cancellationToken);
        var page = await entries.OrderByDescending(e => e.Id).Skip(skip).Take(take).AsNoTracking().ToListAsync(cancellationToken);
        return new Page<AuditRecord>(total, [.. page.Select(AuditRecord.Of)]);
    }

    /// <summary>Who stands in the log, and what was done, for the filters.</summary>
    public async Task<(IReadOnlyList<string> People, IReadOnlyList<string> Actions)> NamesAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await db.AuditLog.Where(e => e.Who != null).Select(e => e.Who!).Distinct().OrderBy(who => who).ToListAsync(cancellationToken),
            await db.AuditLog.Select(e => e.Action).Distinct().OrderBy(action => action).ToListAsync(cancellationToken));
    }

    private static string? Short(string? text) => text is { Length: > LongestText } ? text[..LongestText] : text;

    [LoggerMessage(LogLevel.Error, "The audit log could not be written: {Who} at {Address}: {Action} {Subject}.")]
    private partial void LogUnwritten(Exception exception, string? who, string? address, string action, string? subject);
}

/// <summary>An entry as it is shown.</summary>
public sealed record AuditRecord(DateTimeOffset At, string? Who, string? Address, string Action, string? Subject, JsonNode? Detail)
{
    internal static AuditRecord Of(AuditEntry entry) =>
        new(entry.At, entry.Who, entry.Address, entry.Action, entry.Subject, entry.Detail is null ? null : JsonNode.Parse(entry.Detail));
}
