using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Steering;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Audit;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Has one recording processed again from a stage that a person chooses; asks once where that takes as long as the first time. Shows nothing where this machine may not.</summary>
public sealed partial class ReprocessMenu
{
    private IReadOnlyList<Stage>? _stages;
    private Stage? _asked;
    private string? _told;
    private bool _failed;
    private bool _acting;
    private bool _may;

    [Parameter, EditorRequired] public string SourceKey { get; set; } = "";
    [Parameter, EditorRequired] public string Title { get; set; } = "";
    [Inject] private SourceSteering Steering { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private QueueBook Book { get; set; } = null!;

    protected override async Task OnInitializedAsync() => _may = await Steering.RefusalAsync(CancellationToken.None) is null && await Acts.MayAsync(Rights.Steer);

    private Task OpenAsync() => GuardAsync(async () => _stages = await Book.StagesAsync(SourceKey, CancellationToken.None));

    private void Close() => (_stages, _asked, _told) = (null, null, null);

    private async Task ChooseAsync(Stage from)
    {
        if (ReprocessText.Listens(from)) _asked = from;
        else await ReprocessAsync(from);
    }

    private Task ReprocessAsync(Stage from) => GuardAsync(async () =>
    {
        await Steering.ReprocessAsync(SourceKey, from, CancellationToken.None);
        await Acts.NoteAsync("reprocess_source", SourceKey);
        Close();
        _told = "It is queued again.";
    });

    private async Task GuardAsync(Func<Task> act)
    {
        (_acting, _told, _failed) = (true, null, false);
        try
        {
            await act();
        }
        catch (IngestionException ex)
        {
            (_told, _failed) = (ex.Message, true);
        }
        catch (Exception ex) when (FollowingPage.IsOfDatabase(ex))
        {
            (_told, _failed) = ("The database does not answer; try again in a moment.", true);
        }
        finally
        {
            _acting = false;
        }
    }
}
