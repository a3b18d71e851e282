using System.Text.Json;
using System.Text.Json.Serialization;
using DrChaffee.Domain;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using DrChaffee.Web.Features.Guard;
using DrChaffee.Web.Features.Health;
using DrChaffee.Web.Features.Operations;
using DrChaffee.Web.Features.Operations.Backplane;
using DrChaffee.Web.Features.Search;
using DrChaffee.Web.Features.Support;
using DrChaffee.Web.Features.Telemetry;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.SignalR;
using MudBlazor.Services;

namespace DrChaffee.Web;

internal static class WebServices
{
    /// <summary>Everything that pages, the HTTP interface and the hub stand on.</summary>
    public static void AddWeb(this WebApplicationBuilder builder, ChaffeeSettings settings)
    {
        builder.UseChaffeeHost(settings);
        builder.WebHost.UseStaticWebAssets(); // started from bin/ the assets lie in the source folders, in every environment

        var services = builder.Services;
        services.AddDomain(settings).AddSearchFollowing().AddIngestion();
        services.AddDataProtection().SetApplicationName("DrChaffee").PersistKeysToDbContext<ChaffeeDbContext>();
        services.AddResponseCompression(options => options.EnableForHttps = true);

        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        services.AddSignalR().AddHubOptions<IngestionHub>(hub => hub.AddFilter<HubWatch>()).AddJsonProtocol(json => UseSnakeCase(json.PayloadSerializerOptions));
        services.AddBackplane(settings);
        services.ConfigureHttpJsonOptions(json => UseSnakeCase(json.SerializerOptions));
        services.AddProblems();
        services.AddApiDescription();

        services.AddAccounts(settings);
        services.AddGuard(settings.Guard);
        services.AddSingleton<HealthReporter>().AddSingleton<LatestHealth>().AddSingleton<IHealthPart, ReplicaHealth>();
        services.AddTelemetry(settings.Telemetry, isScraped: true);
        services.AddSingleton<ExampleQuestions>();
        services.AddSingleton<RunOrders>();
        services.AddSingleton<EventRelay>();
        services.AddSupportBundle();
    }

    /// <summary>Where the program listens, and what it logs: the same for one that serves and one that only works.</summary>
    public static void UseChaffeeHost(this WebApplicationBuilder builder, ChaffeeSettings settings)
    {
        Listen(builder, settings);
        if (settings.Telemetry.JsonLog) builder.Logging.AddJsonConsole(console => (console.IncludeScopes, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "O"));
        // Statements and requests at Information would bury the one line that matters: the setup link.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning)
            .AddFilter("Quartz", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error) // keys lie in the database, and are as safe as it is
            .AddFilter("Microsoft.AspNetCore.SignalR.StackExchangeRedis", LogLevel.None) // RedisLink tells once that Redis is away
            .AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.None); // a failed one is thrown, and told where it matters
    }

    public static void UseSnakeCase(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
    }

    private static void Listen(WebApplicationBuilder builder, ChaffeeSettings settings)
    {
        builder.WebHost.ConfigureKestrel(kestrel => GuardServices.Limit(kestrel, settings.Guard));
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 }) return;
        var host = builder.Configuration.GetValue("DOTNET_RUNNING_IN_CONTAINER", false) ? "0.0.0.0" : "localhost";
        builder.WebHost.UseUrls($"http://{host}:{settings.Port}");
    }
}
