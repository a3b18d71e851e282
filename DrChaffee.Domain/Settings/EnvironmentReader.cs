using System.Globalization;
using System.Text.RegularExpressions;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Schedule;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Domain.Settings;

/// <summary>Reads typed values out of text variables and collects what is wrong with them; an empty variable counts as absent.</summary>
internal sealed partial class EnvironmentReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];
    private readonly SortedDictionary<string, SettingNote> _notes = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Every variable that was asked for.</summary>
    public IReadOnlyList<SettingNote> Notes => [.. _notes.Values];

    /// <param name="harmless">True where the value can hold no secret: a folder, a model's name. Whatever does not say so is never told.</param>
    public string? Text(string name, bool harmless = false)
    {
        var text = configuration[name] is { } value && value.Trim().Length > 0 ? value.Trim() : null;
        Note(name, harmless ? text : null);
        return text;
    }

    /// <summary>Variables that are read only where another one asks for them, or by a library.</summary>
    public void Know(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) _ = Text(name);
    }

    /// <summary>What stands between commas or blanks.</summary>
    public string[] List(string name) => Text(name)?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public bool Flag(string name, bool otherwise)
    {
        switch (Text(name, harmless: true)?.ToLowerInvariant())
        {
            case null: return otherwise;
            case "true" or "1" or "yes" or "on": return true;
            case "false" or "0" or "no" or "off": return false;
            default:
                _faults.Add($"{name} is '{Text(name, harmless: true)}'; write true or false.");
                return otherwise;
        }
    }

    public int Number(string name, int otherwise, int least, int most)
    {
        if (Text(name, harmless: true) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        _faults.Add($"{name} is '{text}'; write a number from {least} to {most}.");
        return otherwise;
    }

    public string Choice(string name, string otherwise, params ReadOnlySpan<string> allowed)
    {
        if (Text(name, harmless: true)?.ToLowerInvariant() is not { } text) return otherwise;
        if (allowed.Contains(text)) return text;
        _faults.Add($"{name} is '{text}'; write {string.Join(" or ", allowed.ToArray())}.");
        return otherwise;
    }

    public Uri Address(string name, string otherwise)
    {
        if (Uri.TryCreate(Text(name) ?? otherwise, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            Note(name, address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)); // who is in front of it, and what comes after it, may be secret
            return address;
        }

        _faults.Add($"{name} is '{Text(name)}'; write an address such as {otherwise}.");
        return new Uri(otherwise);
    }

    /// <summary>Addresses with commas between them, each with its own options; none where it is absent.</summary>
    public IReadOnlyList<string> Databases(string name)
    {
        List<string> databases = [];
        foreach (var text in Comma().Split(Text(name) ?? "").Where(text => text.Length > 0))
        {
            if (DatabaseUrl.TryParse(text, out var connectionString, out var fault)) databases.Add(connectionString);
            else _faults.Add(fault.Replace("DATABASE_URL", name, StringComparison.Ordinal));
        }

        return databases;
    }

    /// <summary>Null where it is absent. What is wrong is told without the address: it may hold a password.</summary>
    public Uri? Redis(string name)
    {
        if (Text(name) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "redis" or "rediss", Host.Length: > 0 }) return address;
        _faults.Add($"{name} cannot be read; write redis://host:6379, or rediss:// for TLS, with :password@ before the host where there is one.");
        return null;
    }

    /// <summary>Null for <c>off</c>.</summary>
    public CronSchedule? Schedule(string name, string otherwise)
    {
        var text = Text(name, harmless: true) ?? otherwise;
        if (text.Equals("off", StringComparison.OrdinalIgnoreCase)) return null;
        if (CronSchedule.TryParse(text, out var schedule, out var fault)) return schedule;
        _faults.Add($"{name} is '{text}'. {fault} Or write off.");
        return null;
    }

    /// <summary>The machine's own where it is absent. A colon before the name, as some systems write it, says nothing more.</summary>
    public TimeZoneInfo Zone(string name)
    {
        if (Text(name, harmless: true)?.TrimStart(':') is not { Length: > 0 } text) return TimeZoneInfo.TryFindSystemTimeZoneById(TimeZoneInfo.Local.Id, out var local) ? local : TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone)) return zone;
        _faults.Add($"{name} is '{text}'; write a time zone such as UTC, Europe/Berlin or America/New_York.");
        return TimeZoneInfo.Utc;
    }

    public void Fault(string sentence) => _faults.Add(sentence);

    private void Note(string name, string? value)
    {
        var set = !string.IsNullOrWhiteSpace(configuration[name]);
        _notes[name] = new SettingNote(name, set, set ? value ?? _notes.GetValueOrDefault(name)?.Value ?? SettingNote.Masked : null);
    }

    /// <summary>A comma before another address; others stand between the hosts of one.</summary>
    [GeneratedRegex(@"\s*,\s*(?=postgres(?:ql)?://)", RegexOptions.None, 1000)]
    private static partial Regex Comma();
}
