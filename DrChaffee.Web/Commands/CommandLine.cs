using System.CommandLine;
using System.CommandLine.Parsing;
using DrChaffee.Domain.Data.Roles;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sync;
using DrChaffee.Ingestion.Evaluation;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Account;
using Npgsql;

namespace DrChaffee.Web.Commands;

/// <summary>The program's commands. Each ends with 0, or with 1 and one plain sentence on standard error.</summary>
internal static class CommandLine
{
    /// <summary>How long a command may take to end in order once it is told to stop: longer than the web host's 30 s, shorter than the 60 s after which systemd and compose kill it.</summary>
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(45);

    /// <param name="serve">Runs the web server until it is stopped; also what happens without a command.</param>
    public static Task<int> RunAsync(string[] args, Func<CancellationToken, Task<int>> serve)
    {
        var serveCommand = new Command("serve", "Serve the library in the browser (the default).");
        serveCommand.SetAction((_, cancellationToken) => serve(cancellationToken));

        var root = new RootCommand("Turns a channel of talks into a library that anyone can question.")
        {
            serveCommand,
            IngestCommand.Create(),
            ImportCommand.Create(),
            MigrateCommand.Create(),
            GrantReadOnlyCommand.Create(),
            ModelsCommand.Create(),
            SyncCommand.Create(),
            ReplicateCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            EvalCommand.Create(),
            UserCommand.Create(),
            DoctorCommand.Create(),
        };
        root.HelpName = "drchaffee";
        root.SetAction((_, cancellationToken) => serve(cancellationToken));
        return InvokeAsync(root.Parse(args));
    }

    private static async Task<int> InvokeAsync(ParseResult command)
    {
        if (command.Errors is [var first, ..]) return Fail($"{first.Message} See 'drchaffee {NameOf(command.CommandResult)}--help'.");
        try
        {
            return await command.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToStop });
        }
        catch (OperationCanceledException)
        {
            return Fail("Stopped. What was finished is kept; the same command goes on from there.");
        }
        catch (SettingsException ex)
        {
            return Fail(ex.Message);
        }
        catch (Exception ex) when (ex is IngestionException or EvaluationException or AccountException or SyncException or ReadOnlyRoleException)
        {
            return Fail(ex.Message);
        }
        catch (PostgresException ex)
        {
            return Fail($"The database refused ({ex.SqlState}: {ex.MessageText}). Check DATABASE_URL and the rights of its user.");
        }
        catch (NpgsqlException ex)
        {
            return Fail($"The database cannot be reached ({ex.Message}). Check that it runs and that DATABASE_URL names it.");
        }
        catch (InvalidOperationException ex) when (ex.InnerException is NpgsqlException inner) // how Entity Framework wraps what may pass
        {
            return Fail($"The database cannot be reached ({inner.Message}). Check that it runs and that DATABASE_URL names it.");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return Fail(ex.Message);
        }
        catch (Exception ex)
        {
            return Fail($"Something went wrong that should not: {OneLine(ex.Message)} ({ex.GetType().Name}{(ex.TargetSite is { } method ? $" in {method.Name}" : "")}). Please report it with the command that you ran.");
        }
    }

    /// <summary>With those that it belongs to, such as <c>user add </c>.</summary>
    private static string NameOf(CommandResult command) => command.Parent is CommandResult above ? $"{NameOf(above)}{command.Command.Name} " : "";

    private static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static int Fail(string sentence)
    {
        Console.Error.WriteLine(SecretRedactor.WithoutSettings.Clean(sentence));
        return 1;
    }
}
