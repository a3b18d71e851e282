using System.Collections.Concurrent;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>English stems by Snowball's English (Porter2) stemmer, the family that PostgreSQL uses too. Safe from many threads; words met before are looked up.</summary>
internal sealed class Stemmer
{
    private const int MostRemembered = 200_000;

    [ThreadStatic]
    private static EnglishStemmer? t_stemmer;

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <param name="word">In lower case.</param>
    public string Stem(string word)
    {
        if (_known.TryGetValue(word, out var stem)) return stem;
        var stemmer = t_stemmer ??= new EnglishStemmer();
        stemmer.SetCurrent(word);
        stemmer.Stem();
        stem = stemmer.Current;
        if (_known.Count < MostRemembered) _known[word] = stem;
        return stem;
    }
}
