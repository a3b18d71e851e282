using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Alerts;
using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Lab;
using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Speakers;
using DrChaffee.Domain.Transcripts;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Domain.Data;

/// <summary>The one store: rows, vectors, words, events and keys.</summary>
public sealed class ChaffeeDbContext(DbContextOptions<ChaffeeDbContext> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<Source> Sources => Set<Source>();
    public DbSet<Channel> Channels => Set<Channel>();
    public DbSet<HostCircuit> HostCircuits => Set<HostCircuit>();
    public DbSet<SourceCheckpoint> SourceCheckpoints => Set<SourceCheckpoint>();
    public DbSet<JobRun> JobRuns => Set<JobRun>();
    public DbSet<Segment> Segments => Set<Segment>();
    public DbSet<SegmentReview> SegmentReviews => Set<SegmentReview>();
    public DbSet<Speaker> Speakers => Set<Speaker>();
    public DbSet<VoiceProfile> VoiceProfiles => Set<VoiceProfile>();
    public DbSet<Passage> Passages => Set<Passage>();
    public DbSet<PassageEmbedding> PassageEmbeddings => Set<PassageEmbedding>();
    public DbSet<EmbeddingModel> EmbeddingModels => Set<EmbeddingModel>();
    public DbSet<SearchJudgment> SearchJudgments => Set<SearchJudgment>();
    public DbSet<Engine> Engines => Set<Engine>();
    public DbSet<IngestionEvent> IngestionEvents => Set<IngestionEvent>();
    public DbSet<SyncChange> SyncChanges => Set<SyncChange>();
    public DbSet<Account> Accounts => Set<Account>();
    public DbSet<AccountSession> AccountSessions => Set<AccountSession>();
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();
    public DbSet<SetupToken> SetupTokens => Set<SetupToken>();
    public DbSet<AuditEntry> AuditLog => Set<AuditEntry>();
    public DbSet<Alert> Alerts => Set<Alert>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("vector");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ChaffeeDbContext).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<TimeSpan>().HaveConversion<SecondsConverter>();
        configurationBuilder.Properties<SourceState>().HaveConversion<SnakeCaseEnumConverter<SourceState>>();
        configurationBuilder.Properties<FailureClass>().HaveConversion<SnakeCaseEnumConverter<FailureClass>>();
        configurationBuilder.Properties<Stage>().HaveConversion<SnakeCaseEnumConverter<Stage>>();
        configurationBuilder.Properties<JobOutcome>().HaveConversion<SnakeCaseEnumConverter<JobOutcome>>();
        configurationBuilder.Properties<ReviewDecision>().HaveConversion<SnakeCaseEnumConverter<ReviewDecision>>();
        configurationBuilder.Properties<AccountRole>().HaveConversion<SnakeCaseEnumConverter<AccountRole>>();
        configurationBuilder.Properties<IngestionEventKind>().HaveConversion<SnakeCaseEnumConverter<IngestionEventKind>>();
    }
}
