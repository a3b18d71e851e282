using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Opens runs: each has a journal and claims of its own.</summary>
internal sealed class RunFactory(NpgsqlDataSource dataSource, TimeProvider time, ILoggerFactory loggers)
{
    public IngestionRun Open(Guid id, bool quiet, IProgress<RunUpdate>? observer) => new(
        id, quiet,
        new RunJournal(dataSource, time, loggers.CreateLogger<RunJournal>()),
        new SourceLeases(dataSource, id, time, loggers.CreateLogger<SourceLeases>()),
        new RunTally(), observer, time);

    public StageRunner OpenStages(IngestionRun run, CancellationToken cancellationToken) => new(run, loggers.CreateLogger<StageRunner>(), cancellationToken);
}
