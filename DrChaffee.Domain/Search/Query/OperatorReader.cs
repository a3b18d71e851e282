namespace DrChaffee.Domain.Search.Query;

/// <summary>Gathers the operators of a query into one filter.</summary>
internal sealed class OperatorReader
{
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _ignored = [];

    public SourceFilter Filter { get; private set; } = SourceFilter.None;

    public IReadOnlyList<string> Ignored => _ignored;

    public void Refuse(string opener, string value) => Ignore($"-{opener}{Short(value)}", "only words and phrases can be excluded");

    public void Read(string opener, string value)
    {
        var written = $"{opener}{Short(value)}";
        if (!_seen.Add(opener))
        {
            Ignore(written, $"{opener} can be used once");
            return;
        }

        if (opener is "speaker:" or "channel:" or "title:")
        {
            Filter = opener switch
            {
                "speaker:" => Filter with { Speaker = value },
                "channel:" => Filter with { Channel = value },
                _ => Filter with { Title = value },
            };
            return;
        }

        if (Days.TryParse(value) is not { } days || opener == "year:" && value.Length != 4)
        {
            Ignore(written, opener == "year:" ? "write a year as year:2023" : $"write a day, a month or a year, as {opener}2023-05-01, {opener}2023-05 or {opener}2023");
            return;
        }

        Filter = opener switch
        {
            "from:" => Filter with { From = Later(Filter.From, days.First) },
            "to:" => Filter with { To = Earlier(Filter.To, days.Last) },
            _ => Filter with { From = Later(Filter.From, days.First), To = Earlier(Filter.To, days.Last) },
        };
    }

    private void Ignore(string written, string why) => _ignored.Add($"{written} was ignored; {why}.");

    private static DateOnly Later(DateOnly? one, DateOnly other) => one > other ? one.Value : other;

    private static DateOnly Earlier(DateOnly? one, DateOnly other) => one < other ? one.Value : other;

    private static string Short(string value) => value.Length <= 40 ? value : $"{value.AsSpan(0, char.IsHighSurrogate(value[39]) ? 39 : 40)}…";
}
