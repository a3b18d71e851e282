namespace DrChaffee.Domain.Settings;

/// <summary>What may be told of one variable to whoever helps: that it is set, and its value only where that can hold no secret.</summary>
/// <param name="Value">Null where it is not set, stars where it is not to be told; of an address, its host alone.</param>
public sealed record SettingNote(string Name, bool Set, string? Value)
{
    internal const string Masked = "***";
}
