using System.Diagnostics;
using DrChaffee.Domain.Data;
using DrChaffee.Ingestion.Chunking;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Evaluation;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Storing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Benchmarks.Search;

/// <summary>A library of a given number of passages: real ones first, noisy copies of them beyond.</summary>
internal sealed class BenchmarkLibrary(ScratchDatabase scratch)
{
    private readonly Dictionary<SpeakerLabel, long> _speakers = [];
    private readonly Dictionary<string, long> _channels = new(StringComparer.Ordinal);
    private long _source;
    private long _passage;

    /// <summary>Fills an empty library; one that was kept from an earlier run is left as it is. Gives the seconds that embedding and indexing took.</summary>
    public async Task<double> FillAsync(string data, int passages, Action<string> tell)
    {
        await using (var db = await scratch.Get<IDbContextFactory<ChaffeeDbContext>>().CreateDbContextAsync())
            if (await db.Passages.AnyAsync()) return 0;

        tell("reading the talks");
        List<Talk> talks = [];
        foreach (var talk in Talk.Read(data).TakeWhile(_ => talks.Sum(t => t.Passages.Count) < passages)) talks.Add(talk);
        tell($"storing {passages} passages, {Math.Min(passages, talks.Sum(t => t.Passages.Count))} of them real");
        await StoreAsync([.. talks.Concat(new NoisyCopies(talks).Make()).TakeWhile(talk => HasRoom(talk))], passages);
        await scratch.Get<VectorIndex>().AnalyzeAsync(CancellationToken.None);

        tell("embedding and indexing");
        var started = Stopwatch.GetTimestamp();
        await scratch.Get<VectorUpkeep>().RunAsync(CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await scratch.Get<VectorIndex>().AnalyzeAsync(CancellationToken.None);
        return seconds;

        bool HasRoom(Talk talk)
        {
            var room = _passage < passages;
            _passage += talk.Passages.Count;
            return room;
        }
    }

    private async Task StoreAsync(IReadOnlyList<Talk> talks, int passages)
    {
        await using var connection = await scratch.Get<NpgsqlDataSource>().OpenConnectionAsync();
        foreach (var talk in talks)
        {
            _channels.TryAdd(talk.Channel, _channels.Count + 1);
            foreach (var passage in talk.Passages)
                if (passage.Speaker is { } speaker) _speakers.TryAdd(speaker with { Local = false }, _speakers.Count + 1);
        }

        await CopyAsync(connection, "channels (id, kind, address, title)", _channels, (rows, channel) => rows.WriteRowAsync(default, channel.Value, "import", channel.Key, channel.Key));
        await CopyAsync(connection, "speakers (id, name)", _speakers, (rows, speaker) => rows.WriteRowAsync(default, speaker.Value, speaker.Key.Name));
        await CopyAsync(connection, "sources (id, source_type, source_id, key, title, channel_id, published_at, duration_sec, state, stage, attempts, fencing_token, version)", talks, (rows, talk) =>
            rows.WriteRowAsync(default, ++_source, "benchmark", $"{_source}", $"benchmark-{_source}", talk.Title, _channels[talk.Channel], talk.PublishedAt, talk.Passages[^1].End.TotalSeconds, "done", "store", 0, 0L, 1L));
        _source = _passage = 0;
        var all = talks.SelectMany(talk => talk.Passages.Select((passage, at) => (Source: at == 0 ? ++_source : _source, Ordinal: at, Passage: passage))).Take(passages);
        await CopyAsync(connection, "passages (id, source_id, ordinal, start_sec, end_sec, text, speaker_id, first_segment, last_segment)", all, WritePassageAsync);
        foreach (var table in (string[])["channels", "speakers", "sources", "passages"])
        {
            await using var next = new NpgsqlCommand($"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}", connection); // whoever adds to the library goes on from there
            await next.ExecuteNonQueryAsync();
        }
    }

    private async Task WritePassageAsync(NpgsqlBinaryImporter rows, (long Source, int Ordinal, PassageDraft Draft) passage)
    {
        await rows.StartRowAsync();
        await rows.WriteAsync(++_passage);
        await rows.WriteAsync(passage.Source);
        await rows.WriteAsync(passage.Ordinal);
        await rows.WriteAsync(passage.Draft.Start.TotalSeconds);
        await rows.WriteAsync(passage.Draft.End.TotalSeconds);
        await rows.WriteAsync(passage.Draft.Text);
        if (passage.Draft.Speaker is { } speaker) await rows.WriteAsync(_speakers[speaker with { Local = false }], NpgsqlDbType.Bigint);
        else await rows.WriteNullAsync();
        await rows.WriteAsync(passage.Draft.FirstSegment);
        await rows.WriteAsync(passage.Draft.LastSegment);
    }

    private static async Task CopyAsync<T>(NpgsqlConnection connection, string target, IEnumerable<T> items, Func<NpgsqlBinaryImporter, T, Task> write)
    {
        await using var rows = await connection.BeginBinaryImportAsync($"COPY {target} FROM STDIN (FORMAT BINARY)");
        rows.Timeout = TimeSpan.Zero;
        foreach (var item in items) await write(rows, item);
        await rows.CompleteAsync();
    }
}
