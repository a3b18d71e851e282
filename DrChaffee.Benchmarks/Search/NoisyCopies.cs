namespace DrChaffee.Benchmarks.Search;

/// <summary>Makes more talks out of real ones: copies in which three words of ten are others, drawn as often as people say them.</summary>
internal sealed class NoisyCopies(IReadOnlyList<Talk> originals)
{
    private const double Replaced = 0.3;
    private const int WordsInStock = 500_000;

    private readonly Random _random = new(2);
    private readonly string[] _words = [.. originals.SelectMany(talk => talk.Passages).SelectMany(passage => passage.Text.Split(' ')).Where((_, at) => at % 40 == 0).Take(WordsInStock)];

    /// <summary>As many as are asked for, each round over all originals with new noise and other dates.</summary>
    public IEnumerable<Talk> Make()
    {
        for (var round = 2; ; round++)
        {
            foreach (var talk in originals)
            {
                yield return new Talk(
                    $"{talk.Title}, part {round}", talk.PublishedAt.AddYears(round % 2 == 0 ? -1 : 1), talk.Channel,
                    [.. talk.Passages.Select(passage => passage with { Text = Noisy(passage.Text) })]);
            }
        }
    }

    private string Noisy(string text) => string.Join(' ', text.Split(' ').Select(word => _random.NextDouble() < Replaced ? _words[_random.Next(_words.Length)] : word));
}
