using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DrChaffee.Domain.Data.Migrations
{
    /// <inheritdoc />
    public partial class WantedModel : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "activated_at",
                table: "embedding_models",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "wanted",
                table: "embedding_models",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateIndex(
                name: "ix_embedding_models_wanted",
                table: "embedding_models",
                column: "wanted",
                unique: true,
                filter: "wanted");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_embedding_models_wanted",
                table: "embedding_models");

            migrationBuilder.DropColumn(
                name: "activated_at",
                table: "embedding_models");

            migrationBuilder.DropColumn(
                name: "wanted",
                table: "embedding_models");
        }
    }
}
