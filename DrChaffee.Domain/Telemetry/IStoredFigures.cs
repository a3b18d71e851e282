namespace DrChaffee.Domain.Telemetry;

/// <summary>Gauges whose values only the database can tell. They show what it last told; whoever is about to read them has them brought up to date first.</summary>
public interface IStoredFigures
{
    /// <summary>Takes as long as the database takes; never throws.</summary>
    Task RefreshAsync();
}
