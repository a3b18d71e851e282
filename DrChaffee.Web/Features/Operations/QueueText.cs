using System.Globalization;
using DrChaffee.Ingestion.Steering;
using DrChaffee.Web.Layout;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What waits, in words.</summary>
internal static class QueueText
{
    /// <summary><c>312.5 hours of audio, 4 of unknown length, about 6 h 14 min for what can start now at the pace of the last hours, 2 set aside</c>.</summary>
    public static string Sum(QueueOverview queue)
    {
        List<string> parts = [];
        if (queue.Hours > 0) parts.Add(queue.Hours < 0.1 ? $"{Spoken.Length(queue.Hours * 3600)} of audio" : string.Create(CultureInfo.InvariantCulture, $"{queue.Hours:N1} hours of audio"));
        if (queue.OfUnknownLength > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{queue.OfUnknownLength:N0} of unknown length"));
        if (queue.TimeLeft is { } left) parts.Add($"about {Spoken.Length(left.TotalSeconds)} for what can start now at the pace of the last hours");
        if (queue.SetAside > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{queue.SetAside:N0} set aside"));
        return string.Join(", ", parts);
    }
}
