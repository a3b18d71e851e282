using System.Globalization;

namespace DrChaffee.Ingestion.Alerts;

/// <summary>What was found about one thing.</summary>
/// <param name="Subject">What it is about: <c>night</c>, <c>host:www.youtube.com</c>.</param>
/// <param name="State">What is wrong, as a word that is another when something else is wrong; null: all is well with it.</param>
/// <param name="Headline">A few words.</param>
/// <param name="Text">Sentences that say what is wrong and what to do.</param>
internal sealed record AlertNote(string Subject, string? State, string Headline, string Text)
{
    /// <summary>The word for something that is wrong since a moment.</summary>
    public static string Since(string what, DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{what}-{at.UtcDateTime:yyyyMMddTHHmmss}");

    /// <summary><c>Thu 26 Nov, 02:00 (Europe/Berlin)</c>.</summary>
    public static string Moment(DateTimeOffset at, TimeZoneInfo zone) =>
        string.Create(CultureInfo.InvariantCulture, $"{TimeZoneInfo.ConvertTime(at, zone):ddd d MMM, HH:mm} ({zone.Id})");
}

/// <summary>What was told last about one thing.</summary>
/// <param name="State">Null: that it is right again.</param>
internal sealed record ToldAlert(long Id, string? State, DateTimeOffset At);

/// <summary>What is to be sent, in one way.</summary>
internal sealed record AlertMessage(long Id, string Key, string Carrier, string Subject, string? State, string Headline, string Text, DateTimeOffset CreatedAt, int Attempts);
