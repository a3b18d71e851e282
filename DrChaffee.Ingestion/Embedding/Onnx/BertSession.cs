using DrChaffee.Ingestion.ModelFiles;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DrChaffee.Ingestion.Embedding.Onnx;

/// <summary>A BERT, or a model that is called like one, run by ONNX Runtime. Safe from many threads.</summary>
internal sealed class BertSession : IDisposable
{
    private const string InputIds = "input_ids";
    private const string AttentionMask = "attention_mask";
    private const string TokenTypeIds = "token_type_ids";

    private readonly RunOptions _runOptions;
    private readonly InferenceSession _session;
    private readonly string[] _inputs;
    private readonly string[] _output;

    /// <param name="wanted">The output to read; the first one where the model has none of that name.</param>
    /// <exception cref="ModelException">The file is no such model, or ONNX Runtime cannot be loaded here.</exception>
    public BertSession(ModelCatalogue catalogue, ModelCard card, string wanted, bool gpu, ILogger logger)
    {
        var graph = catalogue.PathOf(card, card.Graph);
        try
        {
            Tokens = new TokenReader(catalogue.PathOf(card, card.Vocabulary), card);
            _runOptions = new RunOptions();
            _session = Accelerator.Open(graph, gpu, logger);
        }
        catch (Exception ex) when (ex is not ModelException) // a graph, a vocabulary or a native library can be broken in many ways
        {
            throw new ModelException($"{card.Name} cannot be loaded from {catalogue.FolderOf(card)}: {ex.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}.", ex);
        }

        _inputs = [.. _session.InputMetadata.Keys];
        _output = [_session.OutputMetadata.ContainsKey(wanted) ? wanted : _session.OutputMetadata.Keys.First()];
        if (_session.InputMetadata.FirstOrDefault(input => input.Key is not (InputIds or AttentionMask or TokenTypeIds) || input.Value.ElementDataType != TensorElementType.Int64) is { Key: { } other })
            throw Unfit(card, $"its input {other} is none that a BERT takes");
        if (_session.OutputMetadata[_output[0]].ElementDataType != TensorElementType.Float) throw Unfit(card, $"its output {_output[0]} holds no 32-bit numbers");
    }

    public TokenReader Tokens { get; }

    /// <summary>The output, first and only, for rows of different length, the shorter ones padded and masked; the caller disposes of it.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyList<TokenRow> rows)
    {
        var width = rows.Max(row => row.Ids.Length);
        var values = Array.ConvertAll(_inputs, input => OrtValue.CreateTensorValueFromMemory(Fill(input, rows, width), [rows.Count, width]));
        try
        {
            return _session.Run(_runOptions, _inputs, values, _output);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    private long[] Fill(string input, IReadOnlyList<TokenRow> rows, int width)
    {
        var values = new long[rows.Count * width];
        if (input == InputIds && Tokens.Padding != 0) Array.Fill(values, Tokens.Padding);
        for (var row = 0; row < rows.Count; row++)
        {
            var (ids, first) = rows[row];
            for (var i = 0; i < ids.Length; i++)
                values[row * width + i] = input switch { InputIds => ids[i], AttentionMask => 1, _ => i < first ? 0 : 1 };
        }

        return values;
    }

    private static ModelException Unfit(ModelCard card, string why) => new($"{card.Name} cannot be used: {why}.");
}
