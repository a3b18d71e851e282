using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using DrChaffee.Domain.Data.Roles;
using DrChaffee.Domain.Settings;
using Npgsql;

namespace DrChaffee.Web.Commands;

/// <summary>Makes the role that a public machine signs in with: it reads the library, and nothing else.</summary>
internal static class GrantReadOnlyCommand
{
    private const int ShortestPassword = 10;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
    private static readonly Argument<string> Role = new("role") { Description = "The role's name, such as prod_api." };
    private static readonly Option<bool> FromStdin = new("--password-stdin") { Description = "Read its password from standard input." };
    private static readonly Option<string?> FromVariable = new("--password-env") { Description = "Read its password from this variable.", HelpName = "VAR" };
    private static readonly Option<bool> Drop = new("--drop") { Description = "Take its rights away and drop it." };
    private static readonly Option<bool> AsJson = new("--json") { Description = "Print what was done as JSON." };

    public static Command Create()
    {
        var command = new Command("grant-readonly", "Make or renew a role that may read the library and nothing else; without a password one is made up and printed once.") { Role, FromStdin, FromVariable, Drop, AsJson };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var host = CommandHost.Build();
        var (roles, role) = (host.Services.GetRequiredService<ReadOnlyRoles>(), parsed.GetRequiredValue(Role));
        if (parsed.GetValue(Drop))
        {
            Console.WriteLine(await roles.DropAsync(role, cancellationToken) ? $"The role {role} is gone." : $"There is no role {role}.");
            return 0;
        }

        var given = await PasswordAsync(parsed, cancellationToken);
        var (grant, made) = given is not null || await roles.ExistsAsync(role, cancellationToken)
            ? (await roles.GrantAsync(role, given, cancellationToken), null)
            : await MakeAsync(roles, role, cancellationToken);
        var url = Url(host.Services.GetRequiredService<ChaffeeSettings>().ConnectionString, role, made);
        if (parsed.GetValue(AsJson)) Console.WriteLine(JsonSerializer.Serialize(new { grant.Role, grant.Created, DatabaseUrl = url, grant.Readable, grant.Hidden }, Json));
        else Tell(grant, url, made is not null);
        return 0;
    }

    private static async Task<(ReadOnlyGrant Grant, string? Password)> MakeAsync(ReadOnlyRoles roles, string role, CancellationToken cancellationToken)
    {
        var password = RandomNumberGenerator.GetString("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 32);
        return (await roles.GrantAsync(role, password, cancellationToken), password);
    }

    private static void Tell(ReadOnlyGrant grant, string url, bool withPassword)
    {
        Console.WriteLine($"The role {grant.Role} {(grant.Created ? "was made" : "was there and is renewed")}: it reads {grant.Readable.Count} tables and writes none; {string.Join(", ", grant.Hidden)} it cannot read.");
        Console.WriteLine(withPassword ? "Set this on the machine that only serves; the password is shown this once:" : "Set this on the machine that only serves, with the role's password in place of PASSWORD:");
        Console.WriteLine($"DATABASE_URL={url}");
        Console.WriteLine("API_ONLY_MODE=true");
    }

    private static async Task<string?> PasswordAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var variable = parsed.GetValue(FromVariable);
        if (!parsed.GetValue(FromStdin) && variable is null) return null;
        var password = variable is null ? (await Console.In.ReadToEndAsync(cancellationToken)).TrimEnd('\r', '\n') : Environment.GetEnvironmentVariable(variable);
        return password is { Length: >= ShortestPassword }
            ? password
            : throw new ReadOnlyRoleException($"The password {(variable is null ? "on standard input" : $"in {variable}")} is shorter than {ShortestPassword} characters; choose a longer one.");
    }

    private static string Url(string connectionString, string role, string? password)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var host = server.Host!.Contains(',', StringComparison.Ordinal) ? server.Host : $"{Uri.EscapeDataString(server.Host)}:{server.Port}";
        var ssl = server.SslMode == SslMode.Prefer ? "" : $"?sslmode={server.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", var mode => mode.ToString().ToLowerInvariant() }}";
        return $"postgresql://{role}:{password ?? "PASSWORD"}@{host}/{Uri.EscapeDataString(server.Database ?? role)}{ssl}";
    }
}
