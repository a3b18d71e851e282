using DrChaffee.Domain.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DrChaffee.Domain.Speakers;

internal sealed class SpeakerConfiguration : IEntityTypeConfiguration<Speaker>
{
    public void Configure(EntityTypeBuilder<Speaker> builder)
    {
        builder.ToTable("speakers");
        builder.HasIndex(s => new { s.Name, s.SourceId }).IsUnique().AreNullsDistinct(false);
        builder.Property(s => s.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(s => s.UpdatedAt).HasDefaultValueSql("now()");
        builder.HasOne<Source>().WithMany().HasForeignKey(s => s.SourceId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class VoiceProfileConfiguration : IEntityTypeConfiguration<VoiceProfile>
{
    public void Configure(EntityTypeBuilder<VoiceProfile> builder)
    {
        builder.ToTable("voice_profiles");
        builder.Property(v => v.Embedding).HasColumnType("vector");
        builder.Property(v => v.CreatedAt).HasDefaultValueSql("now()");
        builder.HasOne(v => v.Speaker).WithMany().HasForeignKey(v => v.SpeakerId).OnDelete(DeleteBehavior.Cascade);
    }
}
