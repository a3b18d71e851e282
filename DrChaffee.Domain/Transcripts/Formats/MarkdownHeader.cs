using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>The facts in the YAML block at the top of a Markdown file.</summary>
internal sealed record MarkdownHeader
{
    private const string Fence = "---";

    public string? Title { get; private init; }
    public string? Channel { get; private init; }
    public DateOnly? PublishedOn { get; private init; }
    public Uri? Url { get; private init; }
    public TimeSpan? Duration { get; private init; }

    /// <summary>Reads the header and gives back the text below it; a file without one is all body.</summary>
    public static MarkdownHeader TakeFrom(string text, out ReadOnlySpan<char> body)
    {
        body = text;
        var trimmed = text.AsSpan().TrimStart("\uFEFF\r\n ");
        var lines = new TextLines(trimmed);
        if (!lines.MoveNext() || !lines.Current.TrimEnd().SequenceEqual(Fence))
            return new MarkdownHeader();
        while (lines.MoveNext())
        {
            if (!lines.Current.TrimEnd().SequenceEqual(Fence))
                continue;
            trimmed.Overlaps(lines.Current, out var end);
            body = trimmed[(end + lines.Current.Length)..];
            return Parse(trimmed[Fence.Length..end].ToString());
        }

        return new MarkdownHeader();
    }

    private static MarkdownHeader Parse(string yaml)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents is [{ RootNode: YamlMappingNode facts }, ..] ? From(facts) : new MarkdownHeader();
        }
        catch (Exception ex) when (ex is YamlException or InvalidOperationException) // the parser throws both at damaged text
        {
            // A header that a person broke costs the facts, not the talk.
            return new MarkdownHeader();
        }
    }

    private static MarkdownHeader From(YamlMappingNode facts) => new()
    {
        Title = First(facts, "title"),
        Channel = First(facts, "channel", "podcast", "show", "series"),
        PublishedOn = DateOnly.TryParse(First(facts, "date", "published", "published_on"), CultureInfo.InvariantCulture, out var date) ? date : null,
        Url = Uri.TryCreate(First(facts, "media", "youtube", "video", "url", "link", "audio", "source_file"), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null,
        Duration = Clock.TryParse(First(facts, "duration", "length"), out var duration) ? duration : null,
    };

    private static string? First(YamlMappingNode facts, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (facts.Children.TryGetValue(new YamlScalarNode(name), out var node) && node is YamlScalarNode { Value: { } value } && !string.IsNullOrWhiteSpace(value))
                return value.Trim();
        }

        return null;
    }
}
