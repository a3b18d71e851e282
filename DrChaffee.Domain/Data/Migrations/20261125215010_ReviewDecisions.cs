using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DrChaffee.Domain.Data.Migrations
{
    /// <inheritdoc />
    public partial class ReviewDecisions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                INSERT INTO segment_reviews (source_id, start_sec, end_sec, text, decision, decided_at)
                SELECT source_id, start_sec, end_sec, text, 'hidden', updated_at FROM segments WHERE starts_with(suspect_reason, 'Hidden: ');
                UPDATE segments SET suspect_reason = substr(suspect_reason, length('Hidden: ') + 1) WHERE starts_with(suspect_reason, 'Hidden: ');
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                UPDATE segments g SET suspect_reason = 'Hidden: ' || g.suspect_reason FROM segment_reviews r
                WHERE g.suspect_reason IS NOT NULL AND r.decision = 'hidden' AND (r.source_id, r.start_sec, r.text) = (g.source_id, g.start_sec, g.text);
                DELETE FROM segment_reviews WHERE decision = 'hidden';
                """);
        }
    }
}
