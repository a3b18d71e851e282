using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DrChaffee.Domain.Data.Migrations
{
    /// <inheritdoc />
    public partial class LibraryWords : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "failures",
                table: "embedding_models",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "last_error",
                table: "embedding_models",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "learned_from",
                table: "embedding_models",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<byte[]>(
                name: "library_words",
                table: "embedding_models",
                type: "bytea",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "failures",
                table: "embedding_models");

            migrationBuilder.DropColumn(
                name: "last_error",
                table: "embedding_models");

            migrationBuilder.DropColumn(
                name: "learned_from",
                table: "embedding_models");

            migrationBuilder.DropColumn(
                name: "library_words",
                table: "embedding_models");
        }
    }
}
