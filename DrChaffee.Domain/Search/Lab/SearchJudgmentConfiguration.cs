using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DrChaffee.Domain.Search.Lab;

internal sealed class SearchJudgmentConfiguration : IEntityTypeConfiguration<SearchJudgment>
{
    public void Configure(EntityTypeBuilder<SearchJudgment> builder)
    {
        builder.ToTable("search_judgments", table => table.HasCheckConstraint("ck_search_judgments_grade", "grade BETWEEN 0 AND 2"));
        builder.HasIndex(j => new { j.Query, j.SourceKey, j.Start }).IsUnique();
        builder.Property(j => j.Start).HasColumnName("start_sec");
        builder.Property(j => j.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(j => j.UpdatedAt).HasDefaultValueSql("now()");
    }
}
