using System.Globalization;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Sources;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Watch;

/// <summary>A recording with its transcript, opened at a second.</summary>
public sealed partial class WatchPage
{
    private SourceSummary? _source;
    private IReadOnlyList<TranscriptSegment> _segments = [];
    private TranscriptSegment? _marked;
    private YoutubeId? _youtube;
    private string? _contentType;
    private double? _at;

    [Parameter] public string Key { get; set; } = "";
    [SupplyParameterFromQuery(Name = "t")] public string? T { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        var cancellationToken = Http?.RequestAborted ?? CancellationToken.None;
        _source = await Library.FindAsync(Key, cancellationToken);
        if (_source is null)
        {
            Navigation.NotFound();
            return;
        }

        _segments = await Library.TranscriptAsync(Key, cancellationToken) ?? [];
        if (double.TryParse(T, NumberStyles.Float, CultureInfo.InvariantCulture, out var second) && second >= 0 && double.IsFinite(second))
        {
            _at = second;
            _marked = TranscriptParagraph.At(_segments, second);
        }

        _youtube = YoutubeId.TryParse(_source.Url, out var id) ? id : null;
        if (_source.HasMedia && await Library.MediaPathAsync(Key, cancellationToken) is { } path) _contentType = MediaApi.ContentType(path);
    }

    private static string WithoutTranscript(SourceSummary source) => source.State switch
    {
        SourceState.Waiting => "There is no transcript yet: this recording waits to be transcribed.",
        SourceState.Failed => "There is no transcript: this recording could not be taken in.",
        SourceState.Done => "Nothing was said in this recording.",
        _ => "There is no transcript yet: this recording is being taken in.",
    };
}
