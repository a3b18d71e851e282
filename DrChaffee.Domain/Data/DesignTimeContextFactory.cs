using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace DrChaffee.Domain.Data;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model without a running program or database.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<ChaffeeDbContext>
{
    public ChaffeeDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<ChaffeeDbContext>().UseChaffeeStore("Host=localhost").Options);
}
