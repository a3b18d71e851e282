using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace DrChaffee.Domain.Data.Migrations
{
    /// <inheritdoc />
    public partial class IngestionPicture : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "recordings",
                table: "ingestion_events",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "segment_reviews",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    source_id = table.Column<long>(type: "bigint", nullable: false),
                    start_sec = table.Column<double>(type: "double precision", nullable: false),
                    end_sec = table.Column<double>(type: "double precision", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    decision = table.Column<string>(type: "text", nullable: false),
                    decided_by = table.Column<string>(type: "text", nullable: true),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_segment_reviews", x => x.id);
                    table.ForeignKey(
                        name: "fk_segment_reviews_sources_source_id",
                        column: x => x.source_id,
                        principalTable: "sources",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_ingestion_events_at",
                table: "ingestion_events",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_segment_reviews_source_id_start",
                table: "segment_reviews",
                columns: new[] { "source_id", "start_sec" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "segment_reviews");

            migrationBuilder.DropIndex(
                name: "ix_ingestion_events_at",
                table: "ingestion_events");

            migrationBuilder.DropColumn(
                name: "recordings",
                table: "ingestion_events");
        }
    }
}
