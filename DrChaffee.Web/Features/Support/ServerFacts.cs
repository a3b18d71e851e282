namespace DrChaffee.Web.Features.Support;

/// <summary>What PostgreSQL tells of itself.</summary>
/// <param name="Connections">Of this database, by what they do; never what they ask.</param>
internal sealed record ServerFacts(string Version, string? Pgvector, bool Standby, bool ReadOnly, IReadOnlyList<ServerSetting> Settings, IReadOnlyList<ConnectionCount> Connections);

/// <param name="Source">Where the value comes from: <c>default</c>, <c>configuration file</c>, <c>client</c>.</param>
internal sealed record ServerSetting(string Name, string Value, string? Unit, string Source);

internal sealed record ConnectionCount(string Program, string State, string? WaitsFor, int Count);
