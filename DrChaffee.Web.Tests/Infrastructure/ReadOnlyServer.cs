using System.Collections.Concurrent;
using System.Diagnostics;
using DrChaffee.Domain.Data.Roles;
using DrChaffee.Domain.Search.Words;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>The program once more on an app's database, that only serves, signed in as a role that only reads; it remembers what the database refused it.</summary>
internal sealed class ReadOnlyServer : IAsyncDisposable
{
    private const string Password = "reads and no more";

    private readonly ConcurrentQueue<string> _refused = new();
    private readonly ChaffeeApp _writer;
    private readonly string _database;
    private readonly ActivityListener _listener;

    private ReadOnlyServer(ChaffeeApp writer)
    {
        (_writer, _database) = (writer, new NpgsqlConnectionStringBuilder(writer.Database.ConnectionString).Database!);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Remember,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public string Role { get; } = $"reader_{Guid.NewGuid():N}";

    public EmptyApp App { get; private set; } = null!;

    /// <summary>Statements that the database refused, whoever caught that.</summary>
    public IEnumerable<string> Refused => _refused;

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_writer.Database.ConnectionString) { Username = Role, Password = Password }.ConnectionString;

    /// <summary>Returns when it answers searches.</summary>
    public static async Task<ReadOnlyServer> StartAsync(ChaffeeApp writer, string question)
    {
        var server = new ReadOnlyServer(writer);
        await writer.Services.GetRequiredService<ReadOnlyRoles>().GrantAsync(server.Role, Password, CancellationToken.None);
        server.App = new EmptyApp { Variables = [("DATABASE_URL", server.ConnectionString), ("API_ONLY_MODE", "true"), ("ADMIN_PASSWORD", ChaffeeApp.Password)] };
        await server.App.InitializeAsync();
        using var client = server.App.Client();
        await Poll.UntilAsync(async () => !(await client.GetStringAsync($"/api/search?q={question}&mode=keyword")).Contains("\"total\":0", StringComparison.Ordinal));
        return server;
    }

    /// <summary>So that typing is completed at once.</summary>
    public Task ReadWordsAsync() => App.Services.GetRequiredService<CorpusWords>().ReadAsync(CancellationToken.None);

    /// <summary>Fails where the database refused something, or the program logged an error.</summary>
    public async Task EndCleanAsync()
    {
        string[] faults = [.. Refused, .. App.Log.Errors];
        await DisposeAsync();
        Assert.Empty(faults);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        _listener.Dispose();
        await _writer.Services.GetRequiredService<ReadOnlyRoles>().DropAsync(Role, CancellationToken.None);
    }

    private void Remember(Activity activity)
    {
        if (activity.Status != ActivityStatusCode.Error) return;
        var told = string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(activity.StatusDescription)
            .Concat(activity.Events.SelectMany(happened => happened.Tags.Select(tag => $"{tag.Value}"))));
        var refused = told.Contains(PostgresErrorCodes.InsufficientPrivilege, StringComparison.Ordinal) || told.Contains(PostgresErrorCodes.ReadOnlySqlTransaction, StringComparison.Ordinal);
        if (refused && told.Contains(_database, StringComparison.Ordinal)) _refused.Enqueue(told);
    }
}
