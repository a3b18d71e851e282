namespace DrChaffee.Ingestion.Alerts.Carriers;

/// <summary>One way by which an alert reaches somebody.</summary>
internal interface IAlertCarrier
{
    string Name { get; }

    /// <summary>Where it goes, without what must not be told.</summary>
    string Place { get; }

    /// <summary>Ends when the message was taken at the other end.</summary>
    /// <exception cref="AlertFailedException">It was not, or not for everybody.</exception>
    Task CarryAsync(AlertMessage message, CancellationToken cancellationToken);
}

/// <summary>A message did not arrive; the sentence says why.</summary>
/// <param name="passing">True where it may arrive at another try.</param>
internal sealed class AlertFailedException(string message, bool passing, Exception? inner = null) : Exception(message, inner)
{
    public bool Passing { get; } = passing;

    /// <summary>True where it arrived for others, and is therefore not sent again.</summary>
    public bool InPart { get; init; }

    /// <summary>How long the other end asks to be left alone; null where it said nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
