using DrChaffee.Domain.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DrChaffee.Domain.Transcripts;

internal sealed class SegmentConfiguration : IEntityTypeConfiguration<Segment>
{
    public void Configure(EntityTypeBuilder<Segment> builder)
    {
        builder.ToTable("segments");
        builder.HasIndex(s => new { s.SourceId, s.Ordinal }).IsUnique();
        builder.Property(s => s.Start).HasColumnName("start_sec");
        builder.Property(s => s.End).HasColumnName("end_sec");
        builder.Property(s => s.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(s => s.UpdatedAt).HasDefaultValueSql("now()");
        builder.HasOne(s => s.Speaker).WithMany().HasForeignKey(s => s.SpeakerId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(s => s.Engine).WithMany().HasForeignKey(s => s.EngineId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class SegmentReviewConfiguration : IEntityTypeConfiguration<SegmentReview>
{
    public void Configure(EntityTypeBuilder<SegmentReview> builder)
    {
        builder.ToTable("segment_reviews");
        builder.HasIndex(r => new { r.SourceId, r.Start });
        builder.Property(r => r.Start).HasColumnName("start_sec");
        builder.Property(r => r.End).HasColumnName("end_sec");
        builder.Property(r => r.DecidedAt).HasDefaultValueSql("now()");
        builder.HasOne<Source>().WithMany().HasForeignKey(r => r.SourceId).OnDelete(DeleteBehavior.Cascade);
    }
}
