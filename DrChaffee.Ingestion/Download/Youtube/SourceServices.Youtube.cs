using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Download.Youtube;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Ingestion.Discovery;

internal static partial class SourceServices
{
    static partial void AddYoutube(IServiceCollection services)
    {
        services.AddSingleton<YoutubeService>().AddSingleton<IFetcher, YoutubeFetcher>();
        services.AddFinder<YoutubeFinder>();
    }

    static partial void AskForYoutube(ref bool has) => has = true;
}
