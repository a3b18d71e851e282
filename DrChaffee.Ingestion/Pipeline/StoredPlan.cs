using System.Text.Json;
using System.Text.Json.Nodes;
using DrChaffee.Ingestion.Download;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>What <c>sources.fetch_plan</c> holds: how the media is got, and what else the run that queued the source knew and no column holds.</summary>
internal sealed record StoredPlan(FetchPlan Plan, bool Keep, string? OnlySpeaker)
{
    public string ToJson()
    {
        var json = JsonNode.Parse(Plan.ToJson())!.AsObject();
        if (Keep) json["keep"] = true;
        if (OnlySpeaker is not null) json["onlySpeaker"] = OnlySpeaker;
        return json.ToJsonString();
    }

    public static StoredPlan FromJson(string text)
    {
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        return new StoredPlan(
            FetchPlan.FromJson(text), root.TryGetProperty("keep", out var keep) && keep.ValueKind == JsonValueKind.True,
            root.TryGetProperty("onlySpeaker", out var only) ? only.GetString() : null);
    }
}
