using DrChaffee.Ingestion.Pipeline;
using Npgsql;

namespace DrChaffee.Ingestion.Storing;

/// <summary>Rows that many sources share: found, or made once however many processes ask together.</summary>
internal sealed class ReferenceRows(NpgsqlDataSource dataSource)
{
    public async Task<int> EngineAsync(EngineStamp engine, CancellationToken cancellationToken) => (int)await FindOrMakeAsync(
        "SELECT id::bigint FROM engines WHERE name = $1 AND model = $2 AND version = $3",
        "INSERT INTO engines (name, model, version) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        cancellationToken, engine.Name, engine.Model, engine.Version);

    public Task<long> ChannelAsync(ChannelFacts channel, CancellationToken cancellationToken) => FindOrMakeAsync(
        "SELECT id FROM channels WHERE kind = $1 AND address = $2 AND $3 IS NOT NULL",
        "INSERT INTO channels (kind, address, title) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        cancellationToken, channel.Kind, channel.Address, channel.Title);

    /// <summary>A made-up label belongs to its recording; a name belongs to one person across all.</summary>
    public async Task<SpeakerIds> SpeakersAsync(long source, IEnumerable<SpeakerLabel?> labels, CancellationToken cancellationToken)
    {
        SpeakerLabel[] distinct = [.. labels.OfType<SpeakerLabel>().Distinct().OrderBy(label => label.Name, StringComparer.Ordinal)];
        if (distinct.Length == 0) return SpeakerIds.None;

        Dictionary<SpeakerLabel, long> ids = [];
        foreach (var sql in (string[])[FindSpeakers, MakeSpeakers, FindSpeakers])
        {
            await using var command = dataSource.CreateCommand(sql);
            command.Parameters.AddWithValue(distinct.Select(label => label.Name).ToArray());
            command.Parameters.AddWithValue(distinct.Select(label => label.Local).ToArray());
            command.Parameters.AddWithValue(source);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) ids[new SpeakerLabel(reader.GetString(1), reader.GetBoolean(2))] = reader.GetInt64(0);
            if (ids.Count == distinct.Length) break;
        }

        return new SpeakerIds(ids);
    }

    private const string FindSpeakers = """
        SELECT s.id, s.name, s.source_id IS NOT NULL FROM unnest($1, $2) AS wanted(name, local)
        JOIN speakers s ON s.name = wanted.name AND s.source_id IS NOT DISTINCT FROM CASE WHEN wanted.local THEN $3 END
        """;

    private const string MakeSpeakers = """
        INSERT INTO speakers (name, source_id) SELECT wanted.name, CASE WHEN wanted.local THEN $3 END
        FROM unnest($1, $2) AS wanted(name, local) ORDER BY 1 ON CONFLICT DO NOTHING
        """;

    private async Task<long> FindOrMakeAsync(string find, string make, CancellationToken cancellationToken, params string[] values)
    {
        foreach (var sql in (string[])[find, make, find])
        {
            await using var command = dataSource.CreateCommand(sql);
            foreach (var value in values) command.Parameters.AddWithValue(value);
            if (await command.ExecuteScalarAsync(cancellationToken) is long id) return id;
        }

        throw new InvalidOperationException($"No row could be made for {values[0]}.");
    }
}
