using System.Text.Json;
using CsCheck;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Web.Tests.Operations;

public sealed class SnapshotBuilderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<IngestionEvent[]> Histories =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5], Gen.Enum<IngestionEventKind>(), Gen.Enum<Stage>(), Gen.Double[0, 1]).Array[0, 120].Select(rows => rows.Select((row, i) =>
        {
            var (run, source, kind, stage, progress) = row;
            return new IngestionEvent
            {
                Id = i + 1,
                At = Noon.AddSeconds(i),
                RunId = new Guid(run, 0, 0, new byte[8]),
                Kind = kind,
                SourceKey = source < 2 ? "" : $"file-{source}",
                Title = $"Talk {source}",
                Stage = stage,
                Progress = kind == IngestionEventKind.Progress ? progress : null,
            };
        }).ToArray());

    [Fact]
    public void Events_that_come_in_two_parts_give_the_same_picture() => Histories.Select(Gen.Int[0, 120]).Sample((events, cut) =>
    {
        var (whole, parts) = (new SnapshotBuilder(), new SnapshotBuilder());
        var at = Math.Min(cut, events.Length);

        whole.Apply(events);
        parts.Apply(events[..at]);
        parts.Picture(Noon);
        parts.Apply(events[at..]);

        Assert.Equal(Text(whole), Text(parts));
    });

    [Fact]
    public void Events_that_come_twice_count_once() => Histories.Sample(events =>
    {
        var (once, twice) = (new SnapshotBuilder(), new SnapshotBuilder());

        once.Apply(events);
        twice.Apply(events);
        twice.Apply(events);

        Assert.Equal(Text(once), Text(twice));
    });

    [Fact]
    public void A_source_is_active_until_it_ends_and_recent_from_then_on()
    {
        var builder = new SnapshotBuilder();
        var run = Guid.NewGuid();
        builder.Apply([Event(1, run, IngestionEventKind.RunStarted, null), Event(2, run, IngestionEventKind.Discovered, "a"), Event(3, run, IngestionEventKind.Discovered, "b")]);
        var before = builder.Picture(Noon);

        builder.Apply([Event(4, run, IngestionEventKind.Failed, "a")]);
        var after = builder.Picture(Noon);

        Assert.Equal((2, 0), (before.Active.Count, before.Recent.Count));
        Assert.Equal("b", Assert.Single(after.Active).SourceKey);
        Assert.Equal(SourceState.Failed, Assert.Single(after.Recent).State);
        Assert.Equal((2, 1), (after.Runs[0].Found, after.Runs[0].Failed));
    }

    [Fact]
    public void A_source_that_ends_again_in_a_second_run_is_recent_once_as_it_ended_last()
    {
        var builder = new SnapshotBuilder();
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        builder.Apply([Event(1, first, IngestionEventKind.Failed, "a"), Event(2, first, IngestionEventKind.Done, "b"), Event(3, second, IngestionEventKind.Skipped, "a")]);

        var recent = builder.Picture(Noon).Recent;

        Assert.Equal([("a", SourceState.Done), ("b", SourceState.Done)], recent.Select(source => (source.SourceKey, source.State)));
    }

    [Fact]
    public void Sources_without_a_key_are_told_apart_by_their_titles()
    {
        var builder = new SnapshotBuilder();
        var run = Guid.NewGuid();
        builder.Apply([Event(1, run, IngestionEventKind.Skipped, "", "One"), Event(2, run, IngestionEventKind.Skipped, "", "Two"), Event(3, run, IngestionEventKind.Skipped, "", "One")]);

        var recent = builder.Picture(Noon).Recent;

        Assert.Equal(["One", "Two"], recent.Select(source => source.Title));
    }

    [Fact]
    public void No_source_is_recent_twice() => Histories.Sample(events =>
    {
        var builder = new SnapshotBuilder();
        builder.Apply(events);

        var recent = builder.Picture(Noon).Recent;

        Assert.Distinct(recent.Select(source => (source.SourceKey, source.Title)));
    });

    [Fact]
    public void A_run_that_fell_silent_is_no_longer_shown()
    {
        var builder = new SnapshotBuilder();
        var run = Guid.NewGuid();
        builder.Apply([Event(1, run, IngestionEventKind.RunStarted, null), Event(2, run, IngestionEventKind.Discovered, "a")]);

        var picture = builder.Picture(Noon.AddHours(1));

        Assert.Empty(picture.Runs);
        Assert.Empty(picture.Active);
    }

    private static IngestionEvent Event(long id, Guid run, IngestionEventKind kind, string? key, string? title = null) =>
        new() { Id = id, At = Noon.AddSeconds(id), RunId = run, Kind = kind, SourceKey = key, Title = title ?? key };

    private static string Text(SnapshotBuilder builder) => JsonSerializer.Serialize(builder.Picture(Noon.AddMinutes(1)));
}
