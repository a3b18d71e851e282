using DrChaffee.Domain.Alerts;

namespace DrChaffee.Ingestion.Alerts;

/// <summary>One alert as it is shown.</summary>
/// <param name="Carrier">How it went: <c>webhook</c>, <c>mail</c>.</param>
/// <param name="LastError">Why the last try failed, in a sentence; of one that was sent, whom it did not reach.</param>
public sealed record AlertRecord(
    string Key, string Carrier, string Subject, AlertNews News, string Headline, string Text, DateTimeOffset CreatedAt, AlertStanding Standing, int Attempts, DateTimeOffset? SentAt, DateTimeOffset? NextTryAt, string? LastError)
{
    internal static AlertNews NewsOf(string subject, string? state) => subject == AlertDesk.TestSubject ? AlertNews.Test : state is null ? AlertNews.Well : AlertNews.Trouble;

    internal static AlertRecord Of(Alert alert) => new(
        alert.Key, alert.Carrier, alert.Subject, NewsOf(alert.Subject, alert.State), alert.Headline, alert.Text, alert.CreatedAt,
        alert.SentAt is not null ? AlertStanding.Sent : alert.GivenUpAt is not null ? AlertStanding.GivenUp : AlertStanding.Waiting, alert.Attempts, alert.SentAt, alert.NextTryAt, alert.LastError);
}

/// <summary>What an alert tells.</summary>
public enum AlertNews
{
    Trouble,

    /// <summary>What was wrong is right again.</summary>
    Well,
    Test,
}

/// <summary>Whether an alert arrived.</summary>
public enum AlertStanding
{
    Waiting,
    Sent,

    /// <summary>It did not arrive, and is not tried again.</summary>
    GivenUp,
}
