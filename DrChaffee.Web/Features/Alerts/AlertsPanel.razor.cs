using System.Globalization;
using System.Text.Json.Nodes;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Alerts;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Audit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace DrChaffee.Web.Features.Alerts;

/// <summary>Where alerts go, whether the last arrived, and a test of it.</summary>
public sealed partial class AlertsPanel
{
    private IReadOnlyList<AlertRecord> _last = [];
    private string? _told;
    private bool _failed;
    private bool _busy;

    [Inject] private AlertDesk Desk { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private ChaffeeSettings Settings { get; set; } = null!;
    [Inject] private ILogger<AlertsPanel> Logger { get; set; } = null!;
    [CascadingParameter] private Task<AuthenticationState>? SignedIn { get; set; }

    protected override TimeSpan Beat => TimeSpan.FromSeconds(5);

    private IEnumerable<AlertRecord> Unsent => _last.Where(alert => alert.LastError is not null);

    private string? LastSent => _last.Count == 0 ? "none yet" : _last.MaxBy(alert => alert.SentAt) is { SentAt: { } at } sent ? $"{sent.Headline}, {Moment(at)}" : null;

    protected override async Task ReadAsync()
    {
        if (Desk.Refusal is not null) return;
        try
        {
            _last = await Desk.LastAsync(CancellationToken.None);
        }
        catch (Exception ex) when (IsOfDatabase(ex))
        {
            // The database is away: what was read last stands until it is back.
        }
    }

    private async Task TestAsync()
    {
        (_busy, _told) = (true, null);
        try
        {
            if (!await Acts.MayAsync(Rights.Steer)) return;
            var by = SignedIn is null ? null : (await SignedIn).User.Identity?.Name;
            var test = await Desk.TestAsync(by ?? "admin", CancellationToken.None);
            (_told, _failed) = (test.Message, !test.Delivered);
            await Acts.NoteAsync("test_alerts", subject: null, new JsonObject { ["delivered"] = test.Delivered });
            await ReadAsync();
        }
        catch (Exception ex)
        {
            (_told, _failed) = (SentenceOf(ex, LogFailed), true);
        }
        finally
        {
            _busy = false;
        }
    }

    private static string Rest(AlertRecord alert) => alert.Standing == AlertStanding.Waiting ? "It is tried again." : "It is not tried again.";

    private string Moment(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Settings.TimeZone).ToString("d MMM HH:mm", CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Error, "The test of the alerts failed.")]
    private partial void LogFailed(Exception exception);
}
