using DrChaffee.Domain.Operations;

namespace DrChaffee.Web.Features.Operations;

/// <summary>From which stage a recording is processed again, in words.</summary>
internal static class ReprocessText
{
    /// <summary>True where the transcriber is asked again, which takes as long as the first time.</summary>
    public static bool Listens(Stage from) => from <= Stage.Transcribe;

    public static string Act(Stage from) => from switch
    {
        Stage.Fetch => "Fetch again",
        Stage.Transcribe => "Listen again",
        _ => "Cut and embed again",
    };

    public static string From(Stage from) => from switch
    {
        Stage.Fetch => "From fetching on: the media is fetched and listened to again.",
        Stage.Transcribe => "From listening on: the media that is kept is listened to again.",
        _ => "From the words on: speakers, passages and embedding are done again.",
    };

    public static string Cost(Stage from) => from == Stage.Fetch ? "Fetches and listens again, which takes as long as the first time." : "Listens again, which takes as long as the first time.";
}
