using DrChaffee.Domain.Operations;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>One step of the pipeline: takes the record that the step before it makes.</summary>
internal interface IStage<in TIn, TOut> where TIn : ISourceWork where TOut : ISourceWork
{
    Stage Stage { get; }

    /// <summary>How many sources it works on at once.</summary>
    int Parallelism => 1;

    Task<TOut> RunAsync(TIn work, IProgress<double> progress, CancellationToken cancellationToken);
}

/// <summary>A stage whose failure must not cost the source what it has: the source goes on without it.</summary>
internal interface IOptionalStage<in TIn, TOut> : IStage<TIn, TOut> where TIn : ISourceWork where TOut : ISourceWork
{
    TOut Without(TIn work);
}
