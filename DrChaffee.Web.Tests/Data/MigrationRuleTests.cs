using System.Text.RegularExpressions;
using DrChaffee.Domain.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace DrChaffee.Web.Tests.Data;

/// <summary>While a database is upgraded, programs of the version before are still at work on it (docs/backup.md): a migration may only add.</summary>
public sealed partial class MigrationRuleTests
{
    /// <summary>By the migration: why this one may take away or narrow what an older program uses.</summary>
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal);

    [Fact]
    public void A_migration_only_adds_unless_there_is_a_reason()
    {
        var options = new DbContextOptionsBuilder<ChaffeeDbContext>().UseChaffeeStore("Host=nowhere").Options;
        using var db = new ChaffeeDbContext(options);
        var migrations = db.GetService<IMigrationsAssembly>();

        var breaking = migrations.Migrations.Where(migration => !Reasons.ContainsKey(migration.Key))
            .SelectMany(migration => migrations.CreateMigration(migration.Value, "Npgsql.EntityFrameworkCore.PostgreSQL").UpOperations.Where(Breaks).Select(operation => $"{migration.Key}: {operation.GetType().Name}"));

        Assert.NotEmpty(migrations.Migrations);
        Assert.Empty(breaking);
    }

    [Fact]
    public void What_takes_away_or_narrows_is_noticed()
    {
        MigrationOperation[] breaking =
        [
            new DropColumnOperation { Table = "sources", Name = "title" },
            new RenameTableOperation { Name = "sources", NewName = "recordings" },
            new AlterColumnOperation { Table = "sources", Name = "title", ClrType = typeof(int) },
            new AddColumnOperation { Table = "sources", Name = "colour", ClrType = typeof(string), IsNullable = false },
            new SqlOperation { Sql = "ALTER TABLE sources\n  ALTER COLUMN title SET NOT NULL" },
            new SqlOperation { Sql = "drop table sources" },
        ];
        MigrationOperation[] adding =
        [
            new AddColumnOperation { Table = "sources", Name = "colour", ClrType = typeof(string), IsNullable = true },
            new AddColumnOperation { Table = "sources", Name = "colour", ClrType = typeof(string), IsNullable = false, DefaultValue = "red" },
            new SqlOperation { Sql = "CREATE TABLE colours (name text PRIMARY KEY REFERENCES sources ON DELETE CASCADE)" },
        ];

        Assert.All(breaking, operation => Assert.True(Breaks(operation)));
        Assert.All(adding, operation => Assert.False(Breaks(operation)));
    }

    private static bool Breaks(MigrationOperation operation) => operation switch
    {
        AddColumnOperation added => !added.IsNullable && added.DefaultValue is null && added.DefaultValueSql is null && added.ComputedColumnSql is null,
        AlterColumnOperation => true,
        SqlOperation sql => TakesAway().IsMatch(sql.Sql),
        _ => operation.GetType().Name is var name && (name.StartsWith("Drop", StringComparison.Ordinal) || name.StartsWith("Rename", StringComparison.Ordinal)) && operation is not DropIndexOperation and not RenameIndexOperation,
    };

    [GeneratedRegex(@"\b(DROP\s+(TABLE|COLUMN|FUNCTION|TRIGGER|VIEW|SCHEMA)|RENAME|ALTER\s+COLUMN|SET\s+NOT\s+NULL|TRUNCATE)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TakesAway();
}
