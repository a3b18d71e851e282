using DrChaffee.Ingestion.ModelFiles;
using Microsoft.ML.Tokenizers;

namespace DrChaffee.Ingestion.Embedding.Onnx;

/// <summary>Cuts texts into the word pieces that a BERT reads, with its marks at the beginning and the end; what is too long for the model is cut off.</summary>
internal sealed class TokenReader
{
    private readonly BertTokenizer _tokenizer;
    private readonly int _most;

    public TokenReader(string vocabulary, ModelCard card)
    {
        _most = card.MaxTokens;
        _tokenizer = BertTokenizer.Create(vocabulary, new BertOptions { LowerCaseBeforeTokenization = card.LowerCase, RemoveNonSpacingMarks = card.LowerCase });
    }

    public int Padding => _tokenizer.PaddingTokenId;

    public TokenRow Read(string text)
    {
        var pieces = Pieces(text);
        return new TokenRow([_tokenizer.ClassificationTokenId, .. pieces.Take(_most - 2), _tokenizer.SeparatorTokenId], FirstLength: int.MaxValue);
    }

    /// <summary>A question and a passage as one row; the passage is what is cut, unless the question alone is too long.</summary>
    public TokenRow ReadPair(string question, string passage)
    {
        int[] first = [_tokenizer.ClassificationTokenId, .. Pieces(question).Take(_most / 2), _tokenizer.SeparatorTokenId];
        return new TokenRow([.. first, .. Pieces(passage).Take(_most - first.Length - 1), _tokenizer.SeparatorTokenId], first.Length);
    }

    private IReadOnlyList<int> Pieces(string text) => _tokenizer.EncodeToIds(text, addSpecialTokens: false);
}

/// <summary>A text as a model reads it.</summary>
/// <param name="FirstLength">Tokens before the second of two texts.</param>
internal readonly record struct TokenRow(int[] Ids, int FirstLength);
