namespace DrChaffee.Training.Corpus;

/// <summary>Two texts about the same thing. Pairs of one group are never held against each other as unrelated.</summary>
internal readonly record struct TextPair(string Left, string Right, int Group);
