using System.Diagnostics;
using OpenTelemetry;

namespace DrChaffee.Web.Features.Telemetry;

/// <summary>Keeps from the collector what is part of nothing that is traced: statements that are asked all the time would be most of what it gets.</summary>
internal sealed class LoneStatements : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (data.Source.Name != "Npgsql" || data.ParentSpanId != default) return;
        data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        data.IsAllDataRequested = false;
    }
}
