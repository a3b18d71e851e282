using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DrChaffee.Domain.Operations;

internal sealed class IngestionEventConfiguration : IEntityTypeConfiguration<IngestionEvent>
{
    public void Configure(EntityTypeBuilder<IngestionEvent> builder)
    {
        builder.ToTable("ingestion_events");
        builder.HasIndex(e => new { e.SourceKey, e.Id });
        builder.HasIndex(e => new { e.RunId, e.Id });
        builder.HasIndex(e => e.At);
        builder.Property(e => e.Duration).HasColumnName("duration_sec");
        builder.Property(e => e.At).HasDefaultValueSql("now()");
    }
}

internal sealed class JobRunConfiguration : IEntityTypeConfiguration<JobRun>
{
    public void Configure(EntityTypeBuilder<JobRun> builder)
    {
        builder.ToTable("job_runs");
        builder.HasIndex(r => new { r.Job, r.Id });
    }
}

internal sealed class SyncChangeConfiguration : IEntityTypeConfiguration<SyncChange>
{
    public void Configure(EntityTypeBuilder<SyncChange> builder)
    {
        builder.ToTable("sync_changes");
        builder.HasKey(c => c.Version);
        builder.HasIndex(c => new { c.SourceKey, c.Version });
        builder.Property(c => c.At).HasDefaultValueSql("now()");
    }
}

internal sealed class EngineConfiguration : IEntityTypeConfiguration<Engine>
{
    public void Configure(EntityTypeBuilder<Engine> builder)
    {
        builder.ToTable("engines");
        builder.HasIndex(e => new { e.Name, e.Model, e.Version }).IsUnique();
        builder.Property(e => e.CreatedAt).HasDefaultValueSql("now()");
    }
}
