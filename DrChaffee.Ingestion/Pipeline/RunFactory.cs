using DrChaffee.Ingestion.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Opens runs: each has a journal and claims of its own.</summary>
internal sealed class RunFactory(NpgsqlDataSource dataSource, IngestionMeter meter, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>How long a stage may go without any progress. The slowest that tells none is a request to a transcription server for one piece of a recording.</summary>
    public TimeSpan StallLimit { get; set; } = TimeSpan.FromMinutes(20);

    public IngestionRun Open(Guid id, bool quiet, IProgress<RunUpdate>? observer) => new(
        id, quiet,
        new RunJournal(dataSource, time, loggers.CreateLogger<RunJournal>()),
        new SourceLeases(dataSource, id, time, loggers.CreateLogger<SourceLeases>()),
        new RunTally(), observer, time);

    public StageRunner OpenStages(IngestionRun run, CancellationToken cancellationToken) => new(run, meter, StallLimit, time, loggers.CreateLogger<StageRunner>(), cancellationToken);
}
