using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DrChaffee.Domain.Alerts;

/// <summary>What an operator is told, once for each way it goes, and kept until it is sent: whichever process takes it sends it.</summary>
public sealed class Alert
{
    public long Id { get; init; }

    /// <summary>The same for all ways and all tries, so that whoever gets it twice can drop one.</summary>
    public required string Key { get; init; }

    /// <summary>How it goes: <c>webhook</c>, <c>mail</c>.</summary>
    public required string Carrier { get; init; }

    /// <summary>What it is about: <c>night</c>, <c>host:www.youtube.com</c>, <c>disk:machine</c>, <c>test</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>What is wrong, as a word that is another when something else is wrong; null: it is right again.</summary>
    public string? State { get; init; }
    public required string Headline { get; init; }
    public required string Text { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The process that sends it now; another may when <see cref="TakenUntil"/> has passed.</summary>
    public string? TakenBy { get; set; }
    public DateTimeOffset? TakenUntil { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? NextTryAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When it was decided that it will not be tried again.</summary>
    public DateTimeOffset? GivenUpAt { get; set; }

    /// <summary>Why the last try failed, in a sentence; of one that was sent, whom it did not reach.</summary>
    public string? LastError { get; set; }
}

internal sealed class AlertConfiguration : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> builder)
    {
        builder.ToTable("alerts");
        builder.HasIndex(a => new { a.Key, a.Carrier }).IsUnique();
        builder.HasIndex(a => new { a.Subject, a.Id });
    }
}
