using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DrChaffee.Domain.Audit;

/// <summary>One thing that somebody did, or tried.</summary>
public sealed class AuditEntry
{
    public long Id { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>The account's name; null where nobody is known by the name that was given.</summary>
    public string? Who { get; init; }
    public string? Address { get; init; }
    public required string Action { get; init; }

    /// <summary>What it was done to.</summary>
    public string? Subject { get; init; }

    /// <summary>A JSON object, never with a secret in it.</summary>
    public string? Detail { get; init; }
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit_log");
        builder.HasIndex(e => e.At);
        builder.HasIndex(e => new { e.Who, e.Id });
        builder.HasIndex(e => new { e.Action, e.Id });
        builder.Property(e => e.Detail).HasColumnType("jsonb");
    }
}
