using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Steering;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What failed, by class: what it means, what happens next, and what a person may do about it.</summary>
public sealed partial class FailuresPanel
{
    private const int FirstOfEach = 3;
    private const int PageSize = 20;

    private readonly Dictionary<FailureClass, int> _shown = [];
    private IReadOnlyList<(FailureGroup Group, IReadOnlyList<QueueItem> Items)> _groups = [];

    [Inject] private QueueBook Book { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    protected override async Task ReadPanelAsync()
    {
        List<(FailureGroup, IReadOnlyList<QueueItem>)> groups = [];
        foreach (var group in await Book.FailuresAsync(CancellationToken.None))
        {
            var filter = new QueueFilter { FailureClass = group.FailureClass, WithoutSetAside = true, Take = _shown.GetValueOrDefault(group.FailureClass, FirstOfEach) };
            groups.Add((group, (await Book.ListAsync(filter, CancellationToken.None)).Items));
        }

        _groups = groups;
    }

    private static string IdOf(FailureGroup group) => $"failed-{group.FailureClass}";

    /// <summary>Null where the database is away; it is read when it is opened again.</summary>
    private async Task<string?> DetailAsync(QueueItem item)
    {
        try
        {
            return await Book.DetailAsync(item.SourceKey, CancellationToken.None);
        }
        catch (Exception ex) when (IsOfDatabase(ex))
        {
            return null;
        }
    }

    private Task MoreAsync(FailureClass failure)
    {
        _shown[failure] = _shown.GetValueOrDefault(failure, FirstOfEach) + PageSize;
        return ReadAsync();
    }

    private Task RetryAllAsync(FailureClass failure) => ActAsync("retry_failures", failure.ToString(), async () =>
    {
        var retried = await Steering.RetryAllAsync(failure, CancellationToken.None);
        return $"{Spoken.Count(retried, "recording is", "recordings are")} queued again.";
    });

    private Task RetryAsync(QueueItem item) => ActAsync("retry_source", item.SourceKey, async () =>
    {
        await Steering.RetryAsync(item.SourceKey, CancellationToken.None);
        return $"Queued again: {item.Title}.";
    });

    private Task SetAsideAsync(QueueItem item) => ActAsync("set_aside_source", item.SourceKey, async () =>
    {
        await Steering.SetAsideAsync(item.SourceKey, CancellationToken.None);
        return $"Set aside: {item.Title}. It is listed with what waits, until you let it go.";
    });
}
