namespace DrChaffee.Ingestion.Alerts.Checks;

/// <summary>One kind of thing that may need a person.</summary>
internal interface IAlertCheck
{
    /// <param name="wrong">What was told of as wrong, and not yet as right again: its state by its subject.</param>
    /// <returns>What is wrong, and what is well; a subject that is not named stays as it was told.</returns>
    Task<IReadOnlyList<AlertNote>> LookAsync(IReadOnlyDictionary<string, string> wrong, CancellationToken cancellationToken);
}
