namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>Sentences that mean nothing, of words that a doctor uses.</summary>
internal static class Babble
{
    private const int WordsASentence = 12;

    private static readonly string[] Words =
        "water salt kidney heart sleep light morning walk muscle bone blood sugar liver bread butter egg meat green leaf vitamin mineral doctor patient study years people body brain stress pressure pulse breath".Split(' ');

    public static string Sentence(Random random)
    {
        var text = string.Join(' ', Enumerable.Range(0, WordsASentence).Select(_ => Words[random.Next(Words.Length)]));
        return $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
    }
}
