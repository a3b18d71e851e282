using DrChaffee.Domain.Search;
using DrChaffee.Ingestion.Storing;
using Microsoft.Extensions.AI;
using Npgsql;

namespace DrChaffee.Ingestion.Evaluation;

/// <summary>Puts documents into an empty library: each a recording of one passage, its title and text together, for what is judged is the document.</summary>
internal sealed class DocumentLoader(NpgsqlDataSource dataSource, IEmbeddingGenerator<string, Embedding<float>> embedder, ReferenceRows references, VectorIndex index)
{
    private const int BatchSize = 256;

    public static string Key(int document) => $"document-{document + 1}";

    public async Task LoadAsync(IReadOnlyList<BeirDocument> documents, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var (model, _) = await references.ModelAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using (var rows = await connection.BeginBinaryImportAsync("COPY sources (id, source_type, source_id, key, title, state, stage, attempts, fencing_token, version) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            for (var i = 0; i < documents.Count; i++)
                await rows.WriteRowAsync(cancellationToken, i + 1L, "document", documents[i].Id, Key(i), Storable(documents[i].Title), "done", "store", 0, 0L, 1L);
            await rows.CompleteAsync(cancellationToken);
        }

        await using (var rows = await connection.BeginBinaryImportAsync("COPY passages (id, source_id, ordinal, start_sec, end_sec, text, first_segment, last_segment) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            for (var i = 0; i < documents.Count; i++) await rows.WriteRowAsync(cancellationToken, i + 1L, i + 1L, 0, 0.0, 0.0, Passage(documents[i]), 0, 0);
            await rows.CompleteAsync(cancellationToken);
        }

        for (var from = 0; from < documents.Count; from += BatchSize)
        {
            var batch = documents.Skip(from).Take(BatchSize).ToArray();
            var vectors = await embedder.GenerateAsync(batch.Select(Passage), cancellationToken: cancellationToken);
            await using var rows = await connection.BeginBinaryImportAsync("COPY passage_embeddings (passage_id, model_id, embedding) FROM STDIN (FORMAT BINARY)", cancellationToken);
            for (var i = 0; i < batch.Length; i++)
            {
                await rows.StartRowAsync(cancellationToken);
                await rows.WriteAsync(from + i + 1L, cancellationToken);
                await rows.WriteAsync(model, cancellationToken);
                await rows.WriteAsync(HalfVectors.From(vectors[i].Vector.Span), "halfvec", cancellationToken);
            }

            await rows.CompleteAsync(cancellationToken);
            progress.Report((double)(from + batch.Length) / documents.Count);
        }

        await index.AnalyzeAsync(cancellationToken);
        await index.EnsureAsync(cancellationToken);
    }

    private static string Passage(BeirDocument document) => Storable(
        document.Title.Length == 0 || document.Text.StartsWith(document.Title, StringComparison.OrdinalIgnoreCase) ? document.Text : $"{document.Title}\n{document.Text}");

    /// <summary>PostgreSQL's texts hold no NUL.</summary>
    private static string Storable(string text) => text.Replace("\0", " ", StringComparison.Ordinal);
}
