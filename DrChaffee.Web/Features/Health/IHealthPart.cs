namespace DrChaffee.Web.Features.Health;

/// <summary>Something beside the database that this machine was told to use. It answers from what it knows, without asking anything.</summary>
internal interface IHealthPart
{
    IEnumerable<HealthCheck> Check();
}
