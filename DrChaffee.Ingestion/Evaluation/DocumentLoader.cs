using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Storing;
using Npgsql;

namespace DrChaffee.Ingestion.Evaluation;

/// <summary>Puts documents into an empty library: each a recording of one passage, its title and text together, for what is judged is the document.</summary>
internal sealed class DocumentLoader(NpgsqlDataSource dataSource, VectorIndex index, VectorUpkeep upkeep)
{
    public static string Key(int document) => $"document-{document + 1}";

    public async Task LoadAsync(IReadOnlyList<BeirDocument> documents, CancellationToken cancellationToken)
    {
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

        await index.AnalyzeAsync(cancellationToken);
        await upkeep.RunAsync(cancellationToken);
    }

    private static string Passage(BeirDocument document) => Storable(
        document.Title.Length == 0 || document.Text.StartsWith(document.Title, StringComparison.OrdinalIgnoreCase) ? document.Text : $"{document.Title}\n{document.Text}");

    /// <summary>PostgreSQL's texts hold no NUL.</summary>
    private static string Storable(string text) => text.Replace("\0", " ", StringComparison.Ordinal);
}
