using System.CommandLine;
using DrChaffee.Domain.Data;

namespace DrChaffee.Web.Commands;

/// <summary>Brings the database to this program's schema.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Create the database if it is missing and bring it to this program's schema.");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var host = CommandHost.Build();
        var applied = await host.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        Console.WriteLine(applied.Count == 0 ? "The database is up to date." : $"Applied {applied.Count} migrations: {string.Join(", ", applied)}.");
        return 0;
    }
}
