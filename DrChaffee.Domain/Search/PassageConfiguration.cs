using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DrChaffee.Domain.Search;

internal sealed class PassageConfiguration : IEntityTypeConfiguration<Passage>
{
    public void Configure(EntityTypeBuilder<Passage> builder)
    {
        builder.ToTable("passages");
        builder.HasIndex(p => new { p.SourceId, p.Ordinal }).IsUnique();
        builder.HasIndex(p => p.SpeakerId);
        builder.Property(p => p.Start).HasColumnName("start_sec");
        builder.Property(p => p.End).HasColumnName("end_sec");
        builder.Property(p => p.Words).HasComputedColumnSql("to_tsvector('english', text)", stored: true);
        builder.Property(p => p.CreatedAt).HasDefaultValueSql("now()");
        builder.HasOne(p => p.Source).WithMany().HasForeignKey(p => p.SourceId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(p => p.Speaker).WithMany().HasForeignKey(p => p.SpeakerId).OnDelete(DeleteBehavior.SetNull);
    }
}

internal sealed class PassageEmbeddingConfiguration : IEntityTypeConfiguration<PassageEmbedding>
{
    public void Configure(EntityTypeBuilder<PassageEmbedding> builder)
    {
        builder.ToTable("passage_embeddings");
        builder.HasKey(e => new { e.PassageId, e.ModelId });
        builder.HasIndex(e => e.ModelId);
        builder.Property(e => e.Embedding).HasColumnType("halfvec");
        builder.Property(e => e.CreatedAt).HasDefaultValueSql("now()");
        builder.HasOne(e => e.Passage).WithMany().HasForeignKey(e => e.PassageId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(e => e.Model).WithMany().HasForeignKey(e => e.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class EmbeddingModelConfiguration : IEntityTypeConfiguration<EmbeddingModel>
{
    public void Configure(EntityTypeBuilder<EmbeddingModel> builder)
    {
        builder.ToTable("embedding_models");
        builder.HasIndex(m => new { m.Engine, m.Name }).IsUnique();
        builder.HasIndex(m => m.Active).IsUnique().HasFilter("active");
        builder.HasIndex(m => m.Wanted).IsUnique().HasFilter("wanted");
        builder.Property(m => m.Wanted).HasDefaultValue(false);
        builder.Property(m => m.CreatedAt).HasDefaultValueSql("now()");
    }
}
