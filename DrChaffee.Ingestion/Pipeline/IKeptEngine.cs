namespace DrChaffee.Ingestion.Pipeline;

/// <summary>A transcriber that says what of its set-up decides the words: another model makes a kept transcript worthless.</summary>
internal interface IKeptEngine
{
    /// <summary>Engine, model and version, such as <c>whisper.net/base.en/1.9</c>.</summary>
    string Identity { get; }
}
