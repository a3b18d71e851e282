using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Discovery.Podcasts;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Download.YtDlp;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Ingestion.Discovery;

internal static partial class SourceServices
{
    /// <summary>True in a build with <c>UseYoutubeExplode</c>.</summary>
    public static bool HasYoutube
    {
        get
        {
            var has = false;
            AskForYoutube(ref has);
            return has;
        }
    }

    /// <summary>Every kind of place that recordings come from: what finds them there, and what fetches them.</summary>
    public static void AddSources(this IServiceCollection services)
    {
        services.AddSingleton<ChannelRows>().AddSingleton<FeedCache>().AddSingleton<ChannelProbe>();
        services.AddSingleton(provider => new ChannelBook(
            provider.GetRequiredService<IngestionPolicy>(), provider.GetRequiredService<ChaffeeSettings>(), provider.GetRequiredService<IDbContextFactory<ChaffeeDbContext>>(),
            provider.GetRequiredService<ChannelProbe>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new RunPlaces(provider.GetRequiredService<ChannelProbe>(), provider.GetRequiredService<AddressGuard>()));
        services.AddFinder<FolderDiscovery>().AddFinder<PodcastFinder>().AddFinder<YtDlpFinder>();
        services.AddSingleton<AddressGuard>().AddSingleton<PublicWeb>().AddSingleton<AudioStore>().AddSingleton<MediaDownload>();
        services.AddSingleton<IFetcher, FileFetcher>().AddSingleton<IFetcher, HttpFetcher>();
        services.AddSingleton<YtDlpStatus>().AddSingleton<YtDlpProgram>().AddSingleton<IFetcher, YtDlpFetcher>();
        services.AddSingleton(provider => new SourceReport(provider.GetRequiredService<ChaffeeSettings>(), provider.GetRequiredService<YtDlpProgram>(), provider.GetRequiredService<YtDlpStatus>()));
        AddYoutube(services);
        services.AddSingleton<MediaSweep>().AddSingleton<FetchStage>();
    }

    private static IServiceCollection AddFinder<T>(this IServiceCollection services) where T : class, IRecordingFinder =>
        services.AddSingleton<T>().AddSingleton<IRecordingFinder>(provider => new NotedFinder(provider.GetRequiredService<T>(), provider.GetRequiredService<ChannelRows>()));

    /// <summary>Adds what was built with <c>UseYoutubeExplode</c>, and nothing in a build without.</summary>
    static partial void AddYoutube(IServiceCollection services);

    static partial void AskForYoutube(ref bool has);
}
