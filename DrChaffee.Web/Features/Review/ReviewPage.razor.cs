using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription.Review;
using DrChaffee.Web.Features.Audit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Npgsql;

namespace DrChaffee.Web.Features.Review;

/// <summary>Lists the segments in doubt, plays them, and takes a person's word for each.</summary>
public sealed partial class ReviewPage
{
    private const int PageSize = 25;

    private readonly CancellationTokenSource _left = new();
    private IReadOnlyList<SuspectSegment> _segments = [];
    private ReviewState _state;
    private string? _refusal;
    private string? _told;
    private bool _failed;
    private bool _deciding;
    private int _total;

    [Inject] private ReviewBook Book { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private ILogger<ReviewPage> Logger { get; set; } = null!;
    [CascadingParameter] private Task<AuthenticationState>? SignedIn { get; set; }

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    /// <summary>Reads before it is shown for the first time, so that what was prerendered is replaced by the same picture and nothing jumps.</summary>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this); // they can only be read before the first await
        await GuardAsync(async () =>
        {
            _refusal = await Book.RefusalAsync(_left.Token);
            await ReadAsync(PageSize);
        });
        await base.SetParametersAsync(ParameterView.Empty);
    }

    private string Pressed(ReviewState state) => _state == state ? "true" : "false";

    private Task ShowAsync(ReviewState state) => GuardAsync(async () =>
    {
        (_state, _told) = (state, null);
        await ReadAsync(PageSize);
    });

    private Task MoreAsync() => GuardAsync(() => ReadAsync(_segments.Count + PageSize));

    private async Task DecideAsync(SuspectSegment segment, bool keep)
    {
        (_deciding, _told) = (true, null);
        await GuardAsync(async () =>
        {
            var by = SignedIn is null ? null : (await SignedIn).User.Identity?.Name;
            var found = keep ? await Book.KeepAsync(segment.SourceKey, segment.Ordinal, by, _left.Token) : await Book.HideAsync(segment.SourceKey, segment.Ordinal, by, _left.Token);
            if (found) await Acts.NoteAsync(keep ? "keep_segment" : "hide_segment", $"{segment.SourceKey} {segment.Ordinal}");
            await ReadAsync(Math.Max(PageSize, _segments.Count));
            _told = !found ? "Somebody else decided about that segment already." : keep ? "Kept: it is found from now on." : "Hidden: it stays out of search.";
        });
        _deciding = false;
    }

    private async Task ReadAsync(int count)
    {
        var page = await Book.ListAsync(_state, count, 0, _left.Token);
        (_segments, _total) = (page.Items, page.Total);
    }

    private async Task GuardAsync(Func<Task> act)
    {
        try
        {
            _failed = false;
            await act();
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (IngestionRefusedException ex)
        {
            (_told, _failed) = (ex.Message, true);
        }
        catch (Exception ex) when (ex is NpgsqlException or { InnerException: NpgsqlException })
        {
            LogAway(ex);
            (_told, _failed) = ("The database does not answer; try again in a moment.", true);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database did not answer the page of suspect segments.")]
    private partial void LogAway(Exception exception);
}
