using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace DrChaffee.Domain.Data.Migrations
{
    /// <inheritdoc />
    public partial class IngestionSources : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "description",
                table: "sources",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "failure_detail",
                table: "sources",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "fetch_plan",
                table: "sources",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "priority",
                table: "sources",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "set_aside",
                table: "sources",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "thumbnail_url",
                table: "sources",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<TimeOnly>(
                name: "active_from",
                table: "channels",
                type: "time without time zone",
                nullable: true);

            migrationBuilder.AddColumn<TimeOnly>(
                name: "active_to",
                table: "channels",
                type: "time without time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "check_fault",
                table: "channels",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "checked_at",
                table: "channels",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "etag",
                table: "channels",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "filter",
                table: "channels",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_modified",
                table: "channels",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "paused",
                table: "channels",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "priority",
                table: "channels",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<double>(
                name: "rescan_every_sec",
                table: "channels",
                type: "double precision",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "host_circuits",
                columns: table => new
                {
                    host = table.Column<string>(type: "text", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    open_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_circuits", x => x.host);
                });

            migrationBuilder.CreateTable(
                name: "job_runs",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    job = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    outcome = table.Column<string>(type: "text", nullable: true),
                    message = table.Column<string>(type: "text", nullable: true),
                    process = table.Column<string>(type: "text", nullable: false),
                    asked_by = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_job_runs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "source_checkpoints",
                columns: table => new
                {
                    source_id = table.Column<long>(type: "bigint", nullable: false),
                    stage = table.Column<string>(type: "text", nullable: false),
                    content_key = table.Column<string>(type: "text", nullable: false),
                    result = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_source_checkpoints", x => new { x.source_id, x.stage });
                    table.ForeignKey(
                        name: "fk_source_checkpoints_sources_source_id",
                        column: x => x.source_id,
                        principalTable: "sources",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_sources_to_do",
                table: "sources",
                columns: new[] { "priority", "id" },
                filter: "state IN ('queued', 'failed', 'waiting')");

            migrationBuilder.CreateIndex(
                name: "ix_job_runs_job_id",
                table: "job_runs",
                columns: new[] { "job", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "host_circuits");

            migrationBuilder.DropTable(
                name: "job_runs");

            migrationBuilder.DropTable(
                name: "source_checkpoints");

            migrationBuilder.DropIndex(
                name: "ix_sources_to_do",
                table: "sources");

            migrationBuilder.DropColumn(
                name: "description",
                table: "sources");

            migrationBuilder.DropColumn(
                name: "failure_detail",
                table: "sources");

            migrationBuilder.DropColumn(
                name: "fetch_plan",
                table: "sources");

            migrationBuilder.DropColumn(
                name: "priority",
                table: "sources");

            migrationBuilder.DropColumn(
                name: "set_aside",
                table: "sources");

            migrationBuilder.DropColumn(
                name: "thumbnail_url",
                table: "sources");

            migrationBuilder.DropColumn(
                name: "active_from",
                table: "channels");

            migrationBuilder.DropColumn(
                name: "active_to",
                table: "channels");

            migrationBuilder.DropColumn(
                name: "check_fault",
                table: "channels");

            migrationBuilder.DropColumn(
                name: "checked_at",
                table: "channels");

            migrationBuilder.DropColumn(
                name: "etag",
                table: "channels");

            migrationBuilder.DropColumn(
                name: "filter",
                table: "channels");

            migrationBuilder.DropColumn(
                name: "last_modified",
                table: "channels");

            migrationBuilder.DropColumn(
                name: "paused",
                table: "channels");

            migrationBuilder.DropColumn(
                name: "priority",
                table: "channels");

            migrationBuilder.DropColumn(
                name: "rescan_every_sec",
                table: "channels");
        }
    }
}
