using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DrChaffee.Web.Features.Account;

/// <summary>Sees to it that somebody can sign in: with <c>ADMIN_PASSWORD</c>, or through a link in the log that sets the password.</summary>
internal sealed partial class FirstAdmin(
    ChaffeeSettings settings, DatabaseState database, AccountBook book, SetupTokens tokens, IServer server, ILogger<FirstAdmin> logger) : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await database.ModeAsync(cancellationToken) != DatabaseMode.Writable) return;
            if (settings.AdminPassword is { } password)
                await book.SetPasswordAsync(AccountBook.Admin, password, cancellationToken);
            else if (!await book.AnyAsync(cancellationToken))
                LogSetupLink($"{OwnAddress()}{SetupTokens.PathOf(await tokens.IssueAsync(cancellationToken))}");
        }
        catch (DbUpdateException)
        {
            // Another process that started with this one made the account first.
        }
        catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException) // EF wraps what may pass by itself
        {
            LogNoAdmin(ex);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Where a browser on this machine reaches the program.</summary>
    private string OwnAddress()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? $"http://localhost:{settings.Port}";
        return address.Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).Replace("://[::]", "://localhost", StringComparison.Ordinal)
            .Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal).TrimEnd('/');
    }

    [LoggerMessage(LogLevel.Warning, "Nobody can sign in yet. Set the admin's password here: {Link}")]
    private partial void LogSetupLink(string link);

    [LoggerMessage(LogLevel.Error, "The admin's account could not be prepared; the next start tries again.")]
    private partial void LogNoAdmin(Exception exception);
}
