using System.Globalization;
using DrChaffee.Domain.Data;

namespace DrChaffee.Web.Features.Api;

/// <summary>Reads typed values out of an address's parameters; the first that cannot be used becomes one plain sentence. An empty one counts as absent.</summary>
internal sealed class ParameterReader
{
    private const int LongestText = 500;
    private const int LongestQuestion = 10_000;

    /// <summary>What is wrong, or null.</summary>
    public string? Fault { get; private set; }

    public string? Text(string name, string? value) => Text(name, value, LongestText);

    /// <summary>A question may be a pasted paragraph.</summary>
    public string? Question(string name, string? value) => Text(name, value, LongestQuestion);

    public string RequiredQuestion(string name, string? value)
    {
        var text = Question(name, value);
        if (text is null) Fault ??= $"{name} is missing; write what to look for.";
        return text ?? "";
    }

    public int Number(string name, string? value, int otherwise, int least, int most) => (int)Number(name, value, (long)otherwise, least, most);

    public long Number(string name, string? value, long otherwise, long least, long most)
    {
        if (Text(name, value) is not { } text) return otherwise;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Fault ??= $"{name} is '{text}'; write a whole number from {least} to {most}.";
        return otherwise;
    }

    /// <summary>A number that need not be whole; null where it is absent.</summary>
    public decimal? Amount(string name, string? value, decimal least, decimal most)
    {
        if (Text(name, value) is not { } text) return null;
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount >= least && amount <= most) return amount;
        Fault ??= string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; write a number from {least} to {most}.");
        return null;
    }

    public bool Flag(string name, string? value)
    {
        if (Text(name, value) is not { } text) return false;
        if (bool.TryParse(text, out var flag)) return flag;
        Fault ??= $"{name} is '{text}'; write true or false.";
        return false;
    }

    public T Choice<T>(string name, string? value, T otherwise) where T : struct, Enum => Choice<T>(name, value) ?? otherwise;

    public T? Choice<T>(string name, string? value) where T : struct, Enum
    {
        if (Text(name, value) is not { } text) return null;
        var choices = Enum.GetValues<T>();
        foreach (var choice in choices)
            if (SnakeCase.Name(choice).Equals(text, StringComparison.OrdinalIgnoreCase)) return choice;
        Fault ??= $"{name} is '{text}'; write {string.Join(", ", choices[..^1].Select(SnakeCase.Name))} or {SnakeCase.Name(choices[^1])}.";
        return null;
    }

    public DateOnly? Day(string name, string? value)
    {
        if (Text(name, value) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        Fault ??= $"{name} is '{text}'; write a day as 2024-12-31.";
        return null;
    }

    private string? Text(string name, string? value, int longest)
    {
        var text = value?.Replace('\0', ' ').Trim();
        if (text is not { Length: > 0 }) return null;
        if (text.Length <= longest) return text;
        Fault ??= $"{name} is {text.Length} characters long; write at most {longest}.";
        return null;
    }
}
