using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Stages and states in words for a person.</summary>
internal static class StageName
{
    /// <summary>What a stage is doing.</summary>
    public static string Doing(Stage stage) => stage switch
    {
        Stage.Discover => "looking",
        Stage.Fetch => "fetching",
        Stage.Decode => "decoding",
        Stage.Transcribe => "transcribing",
        Stage.IdentifySpeakers => "telling speakers apart",
        Stage.Chunk => "cutting into passages",
        Stage.Embed => "embedding",
        _ => "storing",
    };

    public static string Noun(Stage stage) => stage switch
    {
        Stage.Discover => "Discover",
        Stage.Fetch => "Fetch",
        Stage.Decode => "Decode",
        Stage.Transcribe => "Transcribe",
        Stage.IdentifySpeakers => "Speakers",
        Stage.Chunk => "Passages",
        Stage.Embed => "Embed",
        _ => "Store",
    };

    /// <summary>The place of a stage among all, 1 for the first.</summary>
    public static int Number(Stage stage) => (int)stage + 1;

    public static int Count { get; } = Enum.GetValues<Stage>().Length;

    public static string State(SourceState state) => state switch
    {
        SourceState.Queued => "queued",
        SourceState.Working => "working",
        SourceState.Waiting => "waiting",
        SourceState.Failed => "failed",
        _ => "done",
    };
}
