using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Data;
using DrChaffee.Web.Features.Account;

namespace DrChaffee.Web.Commands;

/// <summary>Accounts from the machine itself: what to do when nobody can sign in any more. A password never stands on the command line, where every user of the machine reads it.</summary>
internal static class UserCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the list as JSON." };
        var name = new Argument<string>("NAME") { Description = "The account's name." };
        var role = new Argument<string>("ROLE") { Description = "admin or editor." };
        var first = new Option<string>("--role") { Description = "admin or editor (the default).", DefaultValueFactory = _ => "editor" };
        var noCodes = new Option<bool>("--two-factor-off") { Description = "Ask for no code any more, for whoever has lost the phone and the recovery codes." };
        role.AcceptOnlyFromAmong("admin", "editor");
        first.AcceptOnlyFromAmong("admin", "editor");

        var list = Sub(new Command("list", "List the accounts (the default).") { json }, (parsed, desk, token) => ListAsync(desk, parsed.GetValue(json), token));
        var add = Sub(new Command("add", "Add an account; its password is asked for, or read from standard input.") { name, first }, async (parsed, desk, _) =>
        {
            var added = await desk.AddAsync(parsed.GetRequiredValue(name), SnakeCase.Parse<AccountRole>(parsed.GetRequiredValue(first)), ReadPassword(), Actor.CommandLine);
            return $"{added.Name} is added as {SnakeCase.Name(added.Role)}.";
        });
        var password = Sub(new Command("password", "Set an account's password; it is asked for, or read from standard input. Ends its sessions.") { name }, async (parsed, desk, _) =>
        {
            await desk.SetPasswordAsync(parsed.GetRequiredValue(name), ReadPassword(), Actor.CommandLine);
            return $"The password of {parsed.GetRequiredValue(name)} is set.";
        });
        var change = Sub(new Command("role", "Make an account an admin's or an editor's. Ends its sessions.") { name, role }, async (parsed, desk, _) =>
        {
            await desk.ChangeRoleAsync(parsed.GetRequiredValue(name), SnakeCase.Parse<AccountRole>(parsed.GetRequiredValue(role)), Actor.CommandLine);
            return $"{parsed.GetRequiredValue(name)} is now {parsed.GetRequiredValue(role)}.";
        });
        var remove = Sub(new Command("remove", "Remove an account.") { name }, async (parsed, desk, _) =>
        {
            await desk.RemoveAsync(parsed.GetRequiredValue(name), Actor.CommandLine);
            return $"{parsed.GetRequiredValue(name)} is removed.";
        });
        var unlock = Sub(new Command("unlock", "Unlock an account that too many wrong passwords have locked.") { name, noCodes }, async (parsed, desk, _) =>
        {
            await desk.UnlockAsync(parsed.GetRequiredValue(name), parsed.GetValue(noCodes), Actor.CommandLine);
            return parsed.GetValue(noCodes) ? $"{parsed.GetRequiredValue(name)} is unlocked, and signs in with the password alone." : $"{parsed.GetRequiredValue(name)} is unlocked.";
        });
        var end = Sub(new Command("end-sessions", "Sign an account out everywhere.") { name }, async (parsed, desk, _) =>
            $"{await desk.EndSessionsAsync(parsed.GetRequiredValue(name), Actor.CommandLine)} sessions of {parsed.GetRequiredValue(name)} ended.");

        var command = new Command("user", "Say who may sign in: list, add, password, role, remove, unlock, end-sessions.") { list, add, password, change, remove, unlock, end };
        command.SetAction((_, token) => RunAsync((desk, stop) => ListAsync(desk, json: false, stop), token));
        return command;
    }

    private static Command Sub(Command command, Func<ParseResult, AccountDesk, CancellationToken, Task<string>> act)
    {
        command.SetAction((parsed, token) => RunAsync((desk, stop) => act(parsed, desk, stop), token));
        return command;
    }

    private static async Task<int> RunAsync(Func<AccountDesk, CancellationToken, Task<string>> act, CancellationToken cancellationToken)
    {
        using var host = await CommandHost.BuildMigratedAsync(cancellationToken, services => services.AddAccountBooks());
        if (await act(host.Services.GetRequiredService<AccountDesk>(), cancellationToken) is { Length: > 0 } told) Console.WriteLine(told);
        return 0;
    }

    private static async Task<string> ListAsync(AccountDesk desk, bool json, CancellationToken cancellationToken)
    {
        var accounts = await desk.ListAsync(cancellationToken);
        if (json) return JsonSerializer.Serialize(new { Total = accounts.Count, Items = accounts }, ReportText.Json);
        return accounts.Count == 0 ? "There is no account yet." : string.Join(Environment.NewLine, accounts.Select(Line));
    }

    private static string Line(AccountState account)
    {
        var facts = new[]
        {
            account.LastSignInAt is { } at ? string.Create(CultureInfo.InvariantCulture, $"last seen signing in {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "never signed in",
            account.LockedUntil is { } until ? string.Create(CultureInfo.InvariantCulture, $"locked until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : null,
            account.Ready ? null : "no password yet",
            account.TwoFactor ? "two-factor" : null,
            account.External ? "signs in with the provider" : null,
        };
        return $"{SnakeCase.Name(account.Role),-7} {account.Name,-24} {string.Join(", ", facts.Where(fact => fact is not null))}";
    }

    private static string ReadPassword()
    {
        if (Console.IsInputRedirected) return Console.ReadLine() ?? throw new AccountException("Standard input holds no password; write it there as one line.");
        var (password, again) = (Prompt("Password: "), Prompt("The same again: "));
        return password == again ? password : throw new AccountException("The two differ; nothing was changed.");
    }

    private static string Prompt(string label)
    {
        Console.Error.Write(label);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
