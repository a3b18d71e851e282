using DrChaffee.Domain.Library;
using DrChaffee.Domain.Sources;
using Npgsql;

namespace DrChaffee.Web.Features.Search;

/// <summary>Three questions that this library answers: those of the sample talks where it holds them, titles of recordings otherwise.</summary>
internal sealed class ExampleQuestions(LibraryQueries library, TimeProvider time)
{
    private const int Wanted = 3;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    /// <summary>A sample talk by words of its title, and what it answers.</summary>
    private static readonly (string Title, string Question)[] OfSamples =
    [
        ("salt-and-blood-pressure", "Why does salt raise blood pressure?"),
        ("walk-after", "Does a walk after a meal lower blood sugar?"),
        ("vitamin-d", "Do I get enough vitamin D from the sun?"),
    ];

    private (DateTimeOffset At, IReadOnlyList<string> Questions) _last;

    public async Task<IReadOnlyList<string>> GetAsync(CancellationToken cancellationToken)
    {
        var (at, questions) = _last;
        if (questions is { Count: Wanted } && time.GetUtcNow() - at < Kept) return questions;
        try
        {
            var done = await library.ListAsync(new LibraryFilter { State = SourceState.Done, Take = 50 }, cancellationToken);
            questions = Choose([.. done.Items.Select(s => s.Title)]);
            _last = (time.GetUtcNow(), questions);
            return questions;
        }
        catch (NpgsqlException)
        {
            return []; // the first page stands without examples too
        }
    }

    internal static IReadOnlyList<string> Choose(IReadOnlyList<string> titles)
    {
        var slugs = titles.Select(SourceKey.Slug).ToList();
        var samples = OfSamples.Where(sample => slugs.Any(slug => slug.Contains(sample.Title, StringComparison.Ordinal))).Select(sample => sample.Question);
        return [.. samples.Concat(titles.Where(title => title.Any(char.IsLetter))).Distinct().Take(Wanted)];
    }
}
