using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Audit;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Channels;

/// <summary>The channels, feeds and folders that recordings come from: add, edit, pause, look into, remove.</summary>
public sealed partial class ChannelsPage
{
    private IReadOnlyList<ChannelState> _channels = [];
    private string _address = "";
    private string? _fault;
    private string? _told;
    private bool _failed;
    private bool _acting;
    private long? _edited;
    private ChannelDraft? _draft;
    private string? _draftFault;
    private string? _yt;

    [Inject] private ChannelBook Book { get; set; } = null!;
    [Inject] private SourceReport Report { get; set; } = null!;
    [Inject] private IngestionRuns Runs { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private ILogger<ChannelsPage> Logger { get; set; } = null!;

    private bool CanAct => Book.Refusal is null && !_acting && RendererInfo.IsInteractive;

    protected override TimeSpan Beat => TimeSpan.FromSeconds(5);

    protected override async Task LookOnceAsync(CancellationToken left)
    {
        var finding = await Report.ExamineYtDlpAsync(left);
        await InvokeAsync(() =>
        {
            _yt = $"yt-dlp: {finding.Message}";
            StateHasChanged();
        });
    }

    protected override async Task ReadAsync()
    {
        try
        {
            _channels = await Book.ListAsync(CancellationToken.None);
        }
        catch (Exception ex) when (IsOfDatabase(ex))
        {
            // The database is away: what was read last stands until it is back.
        }
    }

    private Task AddAsync() => ActAsync(async () =>
    {
        var added = await Book.AddAsync(_address, ChannelDraft.Suggested, CancellationToken.None);
        await Acts.NoteAsync("add_channel", added.Title);
        _address = "";
        Edit(added);
        return $"Added: {added.Title} ({ChannelText.KindOf(added.Kind)}).";
    }, fault => _fault = fault);

    private void Edit(ChannelState channel) => (_edited, _draft, _draftFault) = (channel.Id, ChannelDraft.Of(channel.Settings), null);

    private Task SaveAsync(ChannelState channel) => ActAsync(async () =>
    {
        if (_draft!.Read(out _draftFault) is not { } settings) return null;
        var saved = await Book.ChangeAsync(channel.Id, settings, CancellationToken.None);
        await Acts.NoteAsync("change_channel", channel.Title);
        _edited = null;
        return saved is null ? "It has been removed meanwhile." : $"Saved: {channel.Title}.";
    }, fault => _draftFault = fault);

    private Task PauseAsync(ChannelState channel) => ActAsync(async () =>
    {
        await Book.PauseAsync(channel.Id, !channel.Settings.Paused, CancellationToken.None);
        await Acts.NoteAsync(channel.Settings.Paused ? "resume_channel" : "pause_channel", channel.Title);
        return channel.Settings.Paused ? $"Resumed: {channel.Title}." : $"Paused: {channel.Title}.";
    });

    private Task LookAsync(ChannelState channel) => ActAsync(async () =>
    {
        if (Book.RequestFor(channel) is { } request) await Runs.StartAsync(request, CancellationToken.None);
        await Acts.NoteAsync("look_into_channel", channel.Title);
        return $"Looking into {channel.Title}; the dashboard shows how it goes.";
    });

    private Task RemoveAsync(ChannelState channel) => ActAsync(async () =>
    {
        await Book.RemoveAsync(channel.Id, CancellationToken.None);
        await Acts.NoteAsync("remove_channel", channel.Title);
        return $"Removed: {channel.Title}. Its recordings stay.";
    });

    /// <param name="act">Gives what to tell, or null for nothing.</param>
    /// <param name="blame">Puts a fault beside the field that it is about; null: it is told like everything else.</param>
    private async Task ActAsync(Func<Task<string?>> act, Action<string>? blame = null)
    {
        (_acting, _told, _failed, _fault) = (true, null, false, null);
        try
        {
            _told = await act();
            await ReadAsync();
        }
        catch (IngestionException ex) when (blame is not null)
        {
            blame(ex.Message);
        }
        catch (Exception ex)
        {
            (_told, _failed) = (SentenceOf(ex, LogFailed), true);
        }
        finally
        {
            _acting = false;
        }
    }

    [LoggerMessage(LogLevel.Error, "A channel could not be changed.")]
    private partial void LogFailed(Exception exception);
}
