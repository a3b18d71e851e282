using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DrChaffee.Ingestion.Diagnosis;

/// <summary>Whether the places that this machine fetches from answer: the subscribed channels' hosts, and where models come from.</summary>
public sealed class NetworkProbe(ChaffeeSettings settings, IDbContextFactory<ChaffeeDbContext> contexts) : IDisposable
{
    private const int MostHosts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = Patience }) { Timeout = Patience };

    /// <summary>A place that is out of reach is no fault of this machine, and folders are read without any.</summary>
    public async Task<Finding> ExamineAsync(CancellationToken cancellationToken)
    {
        var places = await PlacesAsync(cancellationToken);
        var answers = await Task.WhenAll(places.Select(async place => (place.Authority, Fault: await AskAsync(place, cancellationToken))));
        List<string> reached = [.. answers.Where(answer => answer.Fault is null).Select(answer => answer.Authority)];
        List<string> away = [.. answers.Where(answer => answer.Fault is not null).Select(answer => $"{answer.Authority} ({answer.Fault})")];
        return away.Count == 0
            ? new Finding("network", FindingState.Ok, $"Reached: {string.Join(", ", reached)}.")
            : new Finding("network", FindingState.Info, $"Not reached: {string.Join(", ", away)}.{(reached.Count > 0 ? $" Reached: {string.Join(", ", reached)}." : "")} What lies in folders can be taken in without it.");
    }

    public void Dispose() => _http.Dispose();

    private async Task<IReadOnlyList<Uri>> PlacesAsync(CancellationToken cancellationToken)
    {
        if (settings.Mode == RunMode.ApiOnly) return [Root(settings.ModelsUrl)];
        List<string> addresses = [];
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            addresses = await db.Channels.Where(c => c.RescanEvery != null).OrderByDescending(c => c.Priority).ThenBy(c => c.Id).Select(c => c.Address).ToListAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException { InnerException: NpgsqlException })
        {
            // What is wrong with the database is a finding of its own.
        }

        var hosts = addresses.Select(address => Uri.TryCreate(address, UriKind.Absolute, out var place) && place.Scheme.StartsWith("http", StringComparison.Ordinal) ? Root(place) : null).OfType<Uri>();
        return [.. hosts.Append(Root(settings.ModelsUrl)).Distinct().Take(MostHosts)];
    }

    private static Uri Root(Uri place) => new(place.GetLeftPart(UriPartial.Authority));

    /// <summary>Null where it answers at all, whatever it says.</summary>
    private async Task<string?> AskAsync(Uri place, CancellationToken cancellationToken)
    {
        try
        {
            using var question = new HttpRequestMessage(HttpMethod.Head, place);
            using var answer = await _http.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return null;
        }
        catch (HttpRequestException ex)
        {
            return ex.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "no such name",
                HttpRequestError.ConnectionError => "no connection",
                HttpRequestError.SecureConnectionError => "no secure connection",
                _ => "no answer",
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer in 5 seconds";
        }
    }
}
