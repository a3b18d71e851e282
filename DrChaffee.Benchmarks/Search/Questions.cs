using DrChaffee.Domain.Search;
using Npgsql;

namespace DrChaffee.Benchmarks.Search;

/// <summary>A question, and the filters that its own passage would pass.</summary>
internal sealed record Question(string Text, IReadOnlyList<(string Kind, SourceFilter Filter)> Narrowed);

/// <summary>Four to nine running words of some passage each: common and rare words mixed as people speak them. The same each time on the same library, and no question twice.</summary>
internal sealed class Questions(NpgsqlDataSource dataSource)
{
    private readonly Random _random = new(1);
    private long _last;

    public async Task<IReadOnlyList<Question>> NextAsync(int count)
    {
        List<Question> questions = new(count);
        if (_last == 0) _last = await LastAsync();
        while (questions.Count < count)
        {
            await using var command = dataSource.CreateCommand("""
                SELECT p.text, s.key, k.name, extract(year FROM s.published_at AT TIME ZONE 'UTC')::int
                FROM passages p JOIN sources s ON s.id = p.source_id LEFT JOIN speakers k ON k.id = p.speaker_id WHERE p.id = ANY($1)
                """);
            command.Parameters.AddWithValue(Enumerable.Range(0, count).Select(_ => _random.NextInt64(1, _last + 1)).ToArray());
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync() && questions.Count < count)
                if (Excerpt(reader.GetString(0)) is { } text) questions.Add(new Question(text, Narrow(reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetInt32(3))));
        }

        return questions;
    }

    private string? Excerpt(string passage)
    {
        var words = passage.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var length = _random.Next(4, 10);
        return words.Length > length ? string.Join(' ', words.Skip(_random.Next(words.Length - length)).Take(length)) : null;
    }

    private static List<(string, SourceFilter)> Narrow(string key, string? speaker, int year)
    {
        List<(string, SourceFilter)> filters = [("recording", new SourceFilter(SourceKey: key)), ("year", new SourceFilter(From: new DateOnly(year, 1, 1), To: new DateOnly(year, 12, 31)))];
        if (speaker is not null) filters.Add(("speaker", new SourceFilter(Speaker: speaker)));
        return filters;
    }

    private async Task<long> LastAsync()
    {
        await using var command = dataSource.CreateCommand("SELECT max(id) FROM passages");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
