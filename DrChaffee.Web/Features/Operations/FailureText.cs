using System.Globalization;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Steering;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What a class of failures means and what happens next, in words for a person.</summary>
internal static class FailureText
{
    public static string Title(FailureClass failure) => failure switch
    {
        FailureClass.Transient => "Passing",
        FailureClass.Blocked => "Blocked",
        FailureClass.Gone => "Gone",
        FailureClass.Unsupported => "Unsupported",
        FailureClass.Broken => "Broken",
        _ => "Our fault",
    };

    public static string Meaning(FailureClass failure) => failure switch
    {
        FailureClass.Transient => "The network, too many requests, or a fault of the server.",
        FailureClass.Blocked => "The host refuses this machine.",
        FailureClass.Gone => "Private, removed, or for members only.",
        FailureClass.Unsupported => "It is there, but nothing here can take it in.",
        FailureClass.Broken => "Its audio, video or transcript cannot be read.",
        _ => "A fault of this program.",
    };

    public static string Next(FailureGroup group, DateTimeOffset now)
    {
        var byItself = group.FailureClass switch
        {
            FailureClass.Transient => "Each is tried again by itself, up to 8 times, after a longer pause each time",
            FailureClass.Blocked => "The host is left alone for a while, and then each is tried again by itself, up to 5 times",
            FailureClass.Ours => "Each is tried again by itself, up to 3 times; the log says more",
            FailureClass.Gone => "Nothing is tried again by itself: retry what has come back, set aside the rest",
            FailureClass.Broken => "Nothing is tried again by itself: retry once the file has been replaced",
            _ => "Nothing is tried again by itself: retry after an update of this program or of yt-dlp",
        };
        if (group.NextTryAt is not { } next) return group.FailureClass is FailureClass.Transient or FailureClass.Blocked or FailureClass.Ours ? $"{byItself}; these have had all their tries and wait for you." : $"{byItself}.";
        var rest = group.ForAPerson == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {group.ForAPerson} of them had all {(group.ForAPerson == 1 ? "its" : "their")} tries and {(group.ForAPerson == 1 ? "waits" : "wait")} for you.");
        return $"{byItself}. The first is due {In(next, now)}.{rest}";
    }

    /// <summary>When it is tried again, for one recording.</summary>
    public static string NextTry(DateTimeOffset? next, DateTimeOffset now) => next is { } at ? In(at, now) : "by you";

    private static string In(DateTimeOffset at, DateTimeOffset now) => at <= now ? "now" : $"in {Layout.Spoken.Length((at - now).TotalSeconds)}";
}
