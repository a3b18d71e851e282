using System.Globalization;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Transcription.Endpoint;

/// <summary>
/// Keeps this machine from sending more hours of audio in a day of UTC than its operator wants to pay for. What was sent stands in a file of the data folder,
/// which all processes of the machine share and a restart does not forget.
/// </summary>
internal sealed class SendingBudget(ChaffeeSettings settings, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private string Path => System.IO.Path.Combine(settings.DataDirectory, "transcription-sent.json");

    /// <summary>Takes the audio of one recording out of the day's budget before any of it is sent.</summary>
    /// <exception cref="SourceWaitsException">There is not so much left today.</exception>
    public async Task TakeAsync(TimeSpan audio, int hoursPerDay, CancellationToken cancellationToken) => await ChangeAsync(sent =>
    {
        if (hoursPerDay > 0 && sent + audio > TimeSpan.FromHours(hoursPerDay))
            throw new SourceWaitsException(string.Create(CultureInfo.InvariantCulture, $"This recording would send {audio.TotalHours:F1} hours of audio for transcription, and {sent.TotalHours:F1} of the {hoursPerDay} hours that TRANSCRIPTION_HOURS_PER_DAY allows have been sent today (UTC); raise it, or wait until tomorrow."));
        return sent + audio;
    }, cancellationToken);

    /// <summary>Puts back what was taken and not sent.</summary>
    public Task ReturnAsync(TimeSpan audio) => audio > TimeSpan.Zero ? ChangeAsync(sent => sent > audio ? sent - audio : TimeSpan.Zero, CancellationToken.None) : Task.CompletedTask;

    private async Task ChangeAsync(Func<TimeSpan, TimeSpan> change, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(settings.DataDirectory);
        await using var file = await OpenAsync(cancellationToken);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var sent = Read(file) is { } known && known.Day == today ? TimeSpan.FromSeconds(known.Seconds) : TimeSpan.Zero;
        var changed = new Sent(today, change(sent).TotalSeconds);
        file.SetLength(0);
        await JsonSerializer.SerializeAsync(file, changed, cancellationToken: CancellationToken.None);
    }

    /// <summary>Alone: another process that has it open is waited for.</summary>
    private async Task<FileStream> OpenAsync(CancellationToken cancellationToken)
    {
        for (var started = time.GetTimestamp(); ; await Task.Delay(LookAgain, time, cancellationToken))
        {
            try
            {
                return new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(started) < Patience)
            {
                // Another one is at it.
            }
        }
    }

    private static Sent? Read(FileStream file)
    {
        try
        {
            return file.Length == 0 ? null : JsonSerializer.Deserialize<Sent>(file);
        }
        catch (JsonException)
        {
            return null; // a crash in mid-write
        }
    }

    private sealed record Sent(DateOnly Day, double Seconds);
}
