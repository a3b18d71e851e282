using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Embedding.Onnx;

/// <summary>The small BERT in a folder, as an operator would place a model of his own.</summary>
internal static class TinyModel
{
    public const string Name = "tiny";

    public static void Write(TestFolder models)
    {
        models.Write($"{Name}/model.json", $$"""{ "dimensions": {{TinyBert.Hidden}}, "pooling": "mean", "max_tokens": {{TinyBert.Positions}}, "query_prefix": "question: " }""");
        models.Write($"{Name}/vocab.txt", string.Join('\n', TinyBert.Vocabulary) + "\n");
        TinyBertGraph.SaveEncoder(new TinyBert(), Path.Combine(models.Path, Name, "model.onnx"));
    }
}
