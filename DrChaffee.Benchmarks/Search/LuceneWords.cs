using DrChaffee.Domain.Search.Index;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;

namespace DrChaffee.Benchmarks.Search;

/// <summary>The same stored words in a Lucene.Net index in memory, with the same BM25.</summary>
internal sealed class LuceneWords : IDisposable
{
    private const LuceneVersion Version = LuceneVersion.LUCENE_48;

    private readonly RAMDirectory _directory = new();
    private readonly WhitespaceAnalyzer _analyzer = new(Version);
    private readonly BM25Similarity _similarity = new(1.2f, 0.75f);
    private readonly IndexWriter _writer;
    private DirectoryReader? _reader;
    private IndexSearcher? _searcher;

    public LuceneWords() => _writer = new IndexWriter(_directory, new IndexWriterConfig(Version, _analyzer) { Similarity = _similarity });

    public void Add(IReadOnlyList<IndexedPassage> passages)
    {
        foreach (var passage in passages)
        {
            var text = string.Join(' ', passage.Words.SelectMany(word => Enumerable.Repeat(word.Lexeme, word.Frequency)));
            _writer.AddDocument([new StoredField("id", passage.PassageId), new TextField("words", text, Field.Store.NO)]);
        }
    }

    /// <summary>Ends the filling; everything added can be found.</summary>
    public void Open()
    {
        _writer.ForceMerge(1);
        _writer.Commit();
        _reader = DirectoryReader.Open(_directory);
        _searcher = new IndexSearcher(_reader) { Similarity = _similarity };
    }

    public IReadOnlyList<long> Search(IReadOnlyList<(string Lexeme, float Weight)> lexemes, int take)
    {
        var query = new BooleanQuery();
        foreach (var (lexeme, weight) in lexemes) query.Add(new TermQuery(new Term("words", lexeme)) { Boost = weight }, Occur.SHOULD);
        return [.. _searcher!.Search(query, take).ScoreDocs.Select(found => _searcher.Doc(found.Doc).GetField("id").GetInt64Value() ?? 0)];
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _writer.Dispose();
        _analyzer.Dispose();
        _directory.Dispose();
    }
}
