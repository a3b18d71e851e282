using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>The kinds of channels, as the column <c>channels.kind</c> writes them.</summary>
public static class ChannelKinds
{
    public const string Youtube = "youtube";

    /// <summary>Any other site that yt-dlp can list.</summary>
    public const string Web = "web";
    public const string Rss = "rss";
    public const string Folder = "folder";

    /// <summary>A folder of transcripts that were imported.</summary>
    public const string Import = "import";

    /// <summary>What looks for a channel's recordings; null for one that nobody can look into, such as what was imported.</summary>
    public static SourceKind? SourceOf(string kind) => kind switch
    {
        Youtube or Web => SourceKind.YtDlp,
        Rss => SourceKind.Rss,
        Folder => SourceKind.Folder,
        _ => null,
    };
}
