using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DrChaffee.Domain.Data;

/// <summary>How a context reaches PostgreSQL: the same for the program, the design-time tool and the tests.</summary>
internal static class StoreOptions
{
    public static DbContextOptionsBuilder<ChaffeeDbContext> UseChaffeeStore(this DbContextOptionsBuilder<ChaffeeDbContext> options, string connectionString)
    {
        options.UseNpgsql(connectionString, npgsql => npgsql.UseVector()).UseSnakeCaseNamingConvention();
        return options;
    }

    public static void UseChaffeeStore(this DbContextOptionsBuilder options, NpgsqlDataSource dataSource) =>
        options.UseNpgsql(dataSource, npgsql => npgsql.UseVector()).UseSnakeCaseNamingConvention();

    /// <param name="name">As the metrics call it.</param>
    public static NpgsqlDataSource OpenPool(string connectionString, string name)
    {
        var pool = new NpgsqlDataSourceBuilder(connectionString) { Name = name };
        pool.UseVector();
        pool.ConfigureTracing(tracing => tracing.EnablePhysicalOpenTracing(false));
        return pool.Build();
    }
}
