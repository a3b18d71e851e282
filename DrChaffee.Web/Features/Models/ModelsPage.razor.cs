using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Account;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Npgsql;

namespace DrChaffee.Web.Features.Models;

/// <summary>Which models there are, how far the wanted one is, and the two decisions: another one, or the one before.</summary>
public sealed partial class ModelsPage
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CountsKept = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _left = new();
    private IReadOnlyList<ModelState> _models = [];
    private string? _told;
    private bool _failed;
    private bool _deciding;

    [Inject] private ModelOverview Overview { get; set; } = null!;
    [Inject] private ModelChoice Choice { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;
    [Inject] private AuthenticationStateProvider Session { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        await ReadAsync();
        if (!RendererInfo.IsInteractive || _left.IsCancellationRequested) return;
        Session.AuthenticationStateChanged += LeaveWhenSignedOut;
        _ = FollowAsync();
    }

    public void Dispose()
    {
        Session.AuthenticationStateChanged -= LeaveWhenSignedOut;
        _left.Cancel();
        _left.Dispose();
    }

    /// <summary>The password was changed elsewhere: this page shows and changes nothing any more.</summary>
    private void LeaveWhenSignedOut(Task<AuthenticationState> state) => _ = InvokeAsync(async () =>
    {
        if ((await state).User.Identity?.IsAuthenticated != true) Navigation.NavigateTo(AccountServices.SignInPath, forceLoad: true);
    });

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Beat, Time);
        var left = _left.Token;
        try
        {
            while (await timer.WaitForNextTickAsync(left))
            {
                await InvokeAsync(async () =>
                {
                    await ReadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
        catch (Exception ex)
        {
            await DispatchExceptionAsync(ex);
        }
    }

    /// <summary>Going on with the active model ends the wish for another.</summary>
    private async Task StopAsync()
    {
        if (_models.FirstOrDefault(model => model is { Kind: ModelKind.Embedding, Standing: ModelStanding.Active }) is { } active) await DecideAsync(active.Name);
    }

    private async Task ReadAsync()
    {
        try
        {
            _models = await Overview.ListAsync(CancellationToken.None, CountsKept);
        }
        catch (Exception ex) when (ex is NpgsqlException or { InnerException: NpgsqlException })
        {
            // The database is away: what was read last stands until it is back.
        }
        catch (IngestionException ex)
        {
            (_told, _failed) = (ex.Message, true);
        }
    }

    /// <param name="name">The model to use; null: the one before the active one.</param>
    private async Task DecideAsync(string? name)
    {
        (_deciding, _told) = (true, null);
        try
        {
            (_told, _failed) = (name is null ? await Choice.RollBackAsync(CancellationToken.None) : await Choice.UseAsync(name, CancellationToken.None), false);
            await ReadAsync();
        }
        catch (IngestionException ex)
        {
            (_told, _failed) = (ex.Message, true);
        }
        finally
        {
            _deciding = false;
        }
    }
}
