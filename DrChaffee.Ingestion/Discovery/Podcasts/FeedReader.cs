using System.Xml;
using System.Xml.Linq;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery.Podcasts;

/// <summary>
/// Reads RSS 2.0 with the extensions of iTunes and Podcasting 2.0, and Atom. Names are compared without their name space, which feeds in the wild get wrong. A feed
/// is foreign text: a DTD, and with it every entity of its own, is refused, and nothing outside the document is ever fetched.
/// </summary>
internal static class FeedReader
{
    private const long MostCharacters = 40_000_000;

    /// <summary>Feeds nest a handful of elements; a document that nests thousands is made to harm.</summary>
    private const int DeepestElement = 64;

    private static readonly XmlReaderSettings Safe = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MostCharacters,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <param name="address">Where the feed was read: addresses in it may be relative to that.</param>
    /// <exception cref="IngestionException">It is no feed, or none that is safe to read; the message says why in a sentence.</exception>
    public static PodcastFeed Read(Stream content, Uri address)
    {
        try
        {
            using var xml = XmlReader.Create(content, Safe);
            return Read(xml, address);
        }
        catch (XmlException ex)
        {
            throw new IngestionException(ex.Message.Contains("DTD", StringComparison.Ordinal)
                ? $"The feed at {address} holds a document type definition, which is refused because it can be made to harm; ask its publisher for a plain RSS feed."
                : $"The feed at {address} is not well-formed XML: {ex.Message.TrimEnd('.')}.", ex);
        }
    }

    private static PodcastFeed Read(XmlReader xml, Uri address)
    {
        xml.MoveToContent();
        if (xml.LocalName.ToLowerInvariant() is not ("rss" or "rdf" or "feed"))
            throw new IngestionException($"{address} is not a feed: it begins with <{xml.LocalName}>; give the address of an RSS or Atom feed.");

        List<XElement> about = [];
        List<PodcastEpisode> episodes = [];
        for (var more = xml.Read(); more;)
        {
            if (xml.NodeType != XmlNodeType.Element || xml.LocalName is "channel")
            {
                more = xml.Read();
                continue;
            }

            var isEpisode = xml.LocalName is "item" or "entry";
            var element = ReadElement(xml); // leaves the reader behind it
            if (!isEpisode) about.Add(element);
            else if (EpisodeReader.Read(element, address) is { } episode) episodes.Add(episode);
            more = !xml.EOF;
        }

        return new PodcastFeed(
            EpisodeReader.Text(about, "title"), EpisodeReader.Text(about, "guid"),
            EpisodeReader.Image(about, address), EpisodeReader.Next(about, address), episodes);
    }

    private static XElement ReadElement(XmlReader xml)
    {
        using var inner = new DepthLimit(xml, xml.Depth + DeepestElement);
        return (XElement)XNode.ReadFrom(inner);
    }

    /// <summary>Stops at an element that lies too deep.</summary>
    private sealed class DepthLimit(XmlReader xml, int deepest) : XmlReader
    {
        public override bool Read() => xml.Read() && (xml.Depth <= deepest ? true : throw new XmlException("elements lie too deep in each other"));

        public override int AttributeCount => xml.AttributeCount;
        public override string BaseURI => xml.BaseURI;
        public override int Depth => xml.Depth;
        public override bool EOF => xml.EOF;
        public override bool IsEmptyElement => xml.IsEmptyElement;
        public override string LocalName => xml.LocalName;
        public override string NamespaceURI => xml.NamespaceURI;
        public override XmlNameTable NameTable => xml.NameTable;
        public override XmlNodeType NodeType => xml.NodeType;
        public override string Prefix => xml.Prefix;
        public override ReadState ReadState => xml.ReadState;
        public override string Value => xml.Value;
        public override string GetAttribute(int i) => xml.GetAttribute(i);
        public override string? GetAttribute(string name) => xml.GetAttribute(name);
        public override string? GetAttribute(string name, string? namespaceURI) => xml.GetAttribute(name, namespaceURI);
        public override string? LookupNamespace(string prefix) => xml.LookupNamespace(prefix);
        public override bool MoveToAttribute(string name) => xml.MoveToAttribute(name);
        public override bool MoveToAttribute(string name, string? ns) => xml.MoveToAttribute(name, ns);
        public override bool MoveToElement() => xml.MoveToElement();
        public override bool MoveToFirstAttribute() => xml.MoveToFirstAttribute();
        public override bool MoveToNextAttribute() => xml.MoveToNextAttribute();
        public override bool ReadAttributeValue() => xml.ReadAttributeValue();
        public override void ResolveEntity() => xml.ResolveEntity();
    }
}
