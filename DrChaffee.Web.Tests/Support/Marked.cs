using System.Text.RegularExpressions;
using DrChaffee.Web.Tests.Infrastructure;
using Npgsql;

namespace DrChaffee.Web.Tests.Support;

/// <summary>A word that stands wherever a secret may stand: in every setting that can hold one, in addresses and in what failed.</summary>
internal static partial class Marked
{
    public const string Word = "m4rk3r";

    /// <summary>The names that .env.example tells.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. File.ReadLines(RepositoryFolder.Of(".env.example")).Select(line => Setting().Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value)];

    /// <summary>Those of them that can hold a secret, or are somebody's own.</summary>
    public static IEnumerable<string> SecretNames => Names.Where(name => Secret().IsMatch(name));

    /// <param name="cookies">A file that holds the word too.</param>
    public static (string Name, string Value)[] Settings(TestDatabase database, string cookies) =>
    [
        ("DATABASE_URL", new NpgsqlConnectionStringBuilder(database.ConnectionString) is { Password: null } trusting ? new NpgsqlConnectionStringBuilder(trusting.ConnectionString) { Password = $"{Word}-database" }.ConnectionString : database.ConnectionString),
        ("DATABASE_REPLICA_URLS", $"postgresql://{Word}:{Word}-first@127.0.0.1:9/a,postgresql://{Word}:{Word}-second@127.0.0.1:9/b?sslmode=prefer"),
        ("LOCAL_DATABASE_URL", $"postgresql://ann:{Word}-local@127.0.0.1:9/a"),
        ("PRODUCTION_DATABASE_URL", $"postgresql://ann:{Word}-production@127.0.0.1:9/a"),
        ("SYNC_BUNDLE_KEY", $"{Word}-bundle-0123456789"),
        ("MODELS_URL", $"http://ann:{Word}-models@127.0.0.1:9/{Word}?token={Word}"),
        ("ADMIN_PASSWORD", $"{Word}-admin"),
        ("ALERT_WEBHOOK_URL", $"http://127.0.0.1:9/{Word}/a-hook?token={Word}"),
        ("ALERT_WEBHOOK_SECRET", $"{Word}-webhook-0123456789"),
        ("ALERT_MAIL_TO", $"{Word}@example.org,{Word}@example.com"),
        ("ALERT_MAIL_FROM", $"{Word}@example.net"),
        ("SMTP_URL", $"smtp://{Word}:{Word}-mail@127.0.0.1:9"),
        ("METRICS_TOKEN", $"{Word}-metrics-0123456789"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://ann:{Word}-collector@127.0.0.1:9/{Word}"),
        ("OTEL_EXPORTER_OTLP_HEADERS", $"x-team={Word}-team,dataset={Word}-dataset"),
        ("OIDC_AUTHORITY", $"https://127.0.0.1:9/{Word}"),
        ("OIDC_CLIENT_ID", $"{Word}-client"),
        ("OIDC_CLIENT_SECRET", $"{Word}-client-secret"),
        ("OIDC_ADMIN_EMAILS", $"{Word}@example.org"),
        ("OIDC_EDITOR_EMAILS", $"{Word}@example.com"),
        ("REDIS_URL", $"redis://:{Word}-redis@127.0.0.1:9"),
        ("YTDLP_COOKIES_FILE", cookies),
        ("YTDLP_PROXY", $"http://{Word}:{Word}-proxy@127.0.0.1:9"),
        ("YTDLP_EXTRA_ARGS", $"--username {Word} --password {Word}-yt"),
        ("EMBEDDING_MODEL", "a-model"),
        ("EMBEDDING_BASE_URL", $"http://ann:{Word}-embedding@127.0.0.1:9/{Word}?key={Word}"),
        ("EMBEDDING_API_KEY", $"{Word}-embedding-key"),
        ("OPENAI_BASE_URL", $"http://ann:{Word}-openai@127.0.0.1:9/{Word}"),
        ("OPENAI_API_KEY", $"{Word}-openai-key"),
        ("TRANSCRIPTION_BASE_URL", $"http://ann:{Word}-transcription@127.0.0.1:9/{Word}"),
        ("TRANSCRIPTION_API_KEY", $"{Word}-transcription-key"),
    ];

    /// <summary>A channel, a failure of each class, events and a job's run that tell the word in addresses and headers.</summary>
    public static Task WriteAsync(TestDatabase database)
    {
        const string Told = $"GET https://ann:{Word}@feeds.example/{Word}/rss?auth={Word} failed: Authorization: Basic {Word}";
        return database.ScalarAsync<object>($"""
            INSERT INTO channels (kind, address, title) VALUES ('rss', 'https://ann:{Word}@feeds.example/rss?token={Word}', 'A feed');
            INSERT INTO sources (source_type, source_id, key, title, state, stage, attempts, fencing_token, version, failure_class, state_reason, failure_detail, url)
                SELECT 'podcast', c, 'podcast-https---feeds-example-{Word}-' || c, 'Talk ' || c, 'failed', 'fetch', 3, 0, 0, c, '{Told}', 'Cookie: session={Word}' || chr(10) || 'asked by {Word}@example.org, key={Word}', 'https://feeds.example/?sig={Word}'
                FROM unnest(ARRAY['transient', 'blocked', 'gone', 'unsupported', 'broken', 'ours']) c;
            INSERT INTO ingestion_events (run_id, kind, source_key, title, message) SELECT gen_random_uuid(), 'failed', 'podcast-' || n, 'Talk ' || n, '{Told}' FROM generate_series(1, 600) n;
            INSERT INTO job_runs (job, started_at, finished_at, outcome, message, process, asked_by) VALUES ('ingest', now(), now(), 'failed', '{Told}', 'a machine, process 1', '{Word}@example.org')
            """);
    }

    [GeneratedRegex("^#?(?<name>[A-Z][A-Z0-9_]+)=", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Setting();

    [GeneratedRegex("(PASSWORD|_KEY|SECRET|TOKEN|URLS?|EMAILS|ARGS|PROXY|COOKIES_FILE|AUTHORITY|CLIENT_ID|_HEADERS|_ENDPOINT|ALERT_MAIL_[A-Z]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secret();
}
