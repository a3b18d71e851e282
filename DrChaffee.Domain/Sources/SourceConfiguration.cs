using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DrChaffee.Domain.Sources;

internal sealed class SourceConfiguration : IEntityTypeConfiguration<Source>
{
    public void Configure(EntityTypeBuilder<Source> builder)
    {
        builder.ToTable("sources");
        builder.HasIndex(s => new { s.SourceType, s.SourceId }).IsUnique();
        builder.HasIndex(s => s.Key).IsUnique();
        builder.HasIndex(s => s.Origin);
        builder.HasIndex(s => s.ContentHash);
        builder.HasIndex(s => s.State);
        builder.HasIndex(s => new { s.Priority, s.Id }).HasDatabaseName("ix_sources_to_do").HasFilter("state IN ('queued', 'failed', 'waiting')");
        builder.Property(s => s.FetchPlan).HasColumnType("jsonb");
        builder.HasIndex(s => new { s.PublishedAt, s.Id }).IsDescending();
        builder.Property(s => s.Duration).HasColumnName("duration_sec");
        builder.Property(s => s.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(s => s.UpdatedAt).HasDefaultValueSql("now()");
        builder.HasMany(s => s.Segments).WithOne().HasForeignKey(s => s.SourceId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(s => s.Channel).WithMany().HasForeignKey(s => s.ChannelId).OnDelete(DeleteBehavior.SetNull);
    }
}

internal sealed class ChannelConfiguration : IEntityTypeConfiguration<Channel>
{
    public void Configure(EntityTypeBuilder<Channel> builder)
    {
        builder.ToTable("channels");
        builder.HasIndex(c => new { c.Kind, c.Address }).IsUnique();
        builder.Property(c => c.RescanEvery).HasColumnName("rescan_every_sec");
        builder.Property(c => c.Filter).HasColumnType("jsonb").HasDefaultValueSql("'{}'")
            .HasConversion(filter => JsonSerializer.Serialize(filter, JsonSerializerOptions.Web), text => JsonSerializer.Deserialize<RecordingFilter>(text, JsonSerializerOptions.Web)!);
        builder.Property(c => c.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(c => c.UpdatedAt).HasDefaultValueSql("now()");
    }
}

internal sealed class HostCircuitConfiguration : IEntityTypeConfiguration<HostCircuit>
{
    public void Configure(EntityTypeBuilder<HostCircuit> builder)
    {
        builder.ToTable("host_circuits");
        builder.HasKey(c => c.Host);
        builder.Property(c => c.UpdatedAt).HasDefaultValueSql("now()");
        builder.Property(c => c.Since).HasDefaultValueSql("now()"); // a row goes when its host answers
    }
}

internal sealed class SourceCheckpointConfiguration : IEntityTypeConfiguration<SourceCheckpoint>
{
    public void Configure(EntityTypeBuilder<SourceCheckpoint> builder)
    {
        builder.ToTable("source_checkpoints");
        builder.HasKey(c => new { c.SourceId, c.Stage });
        builder.HasOne<Source>().WithMany().HasForeignKey(c => c.SourceId).OnDelete(DeleteBehavior.Cascade);
        builder.Property(c => c.CreatedAt).HasDefaultValueSql("now()");
    }
}
