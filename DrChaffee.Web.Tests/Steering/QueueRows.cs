using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Steering;

/// <summary>Rows as runs leave them: of files that this machine does not have, so that no run takes them.</summary>
internal static class QueueRows
{
    public static Task SourceAsync(this TestDatabase database, string name, string state = "queued", string? failed = null, string? next = null, int priority = 0, bool setAside = false, string? detail = null, double? seconds = 600) =>
        database.ScalarAsync<object>($$"""
            WITH c AS (INSERT INTO channels (kind, address, title, filter, priority, paused) VALUES ('rss', 'https://talks.example/feed', 'Talks', '{}', 0, false)
                ON CONFLICT (kind, address) DO UPDATE SET title = excluded.title RETURNING id)
            INSERT INTO sources (source_type, source_id, key, title, channel_id, duration_sec, fetch_plan, state, stage, failure_class, state_reason, failure_detail, next_try_at, attempts, priority, set_aside, fencing_token, version)
            SELECT 'http', '{{name}}', 'http-{{name}}', 'Talk {{name}}', c.id, {{seconds?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "NULL"}}, '{"kind":"file","location":"/nowhere/{{name}}.wav"}',
                '{{state}}', 'fetch', {{Text(failed)}}, {{(failed is null ? "NULL" : "'It cannot be had.'")}}, {{Text(detail)}}, {{(next is null ? "NULL" : $"now() + interval '{next}'")}}, {{(failed is null ? 0 : 2)}}, {{priority}}, {{setAside}}, 0, 0 FROM c
            """);

    private static string Text(string? value) => value is null ? "NULL" : $"'{value}'";
}
