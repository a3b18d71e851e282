using System.Text.Json;
using CsCheck;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Web.Tests.Operations;

public sealed class SnapshotBuilderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private const int Runs = 3;

    /// <summary>Three runs begin, and then anything happens in them.</summary>
    private static readonly Gen<IngestionEvent[]> Histories =
        Gen.Select(Gen.Int[0, Runs - 1], Gen.Int[0, 5], Gen.Enum<IngestionEventKind>(), Gen.Enum<Stage>(), Gen.Double[0, 1]).Array[Runs, 120].Select(rows => rows.Select((row, i) =>
        {
            var (run, source, kind, stage, progress) = row;
            if (i < Runs || kind == IngestionEventKind.RunStarted) kind = i < Runs ? IngestionEventKind.RunStarted : IngestionEventKind.Discovered;
            return new IngestionEvent
            {
                Id = i + 1,
                At = Noon.AddSeconds(i),
                RunId = new Guid(i < Runs ? i : run, 0, 0, new byte[8]),
                Kind = kind,
                SourceKey = kind is IngestionEventKind.RunStarted or IngestionEventKind.RunFinished or IngestionEventKind.Planned ? null : source < 2 ? "" : $"file-{source}",
                Title = $"Talk {source}",
                Stage = stage,
                Progress = kind == IngestionEventKind.Progress ? progress : null,
                Recordings = kind == IngestionEventKind.Planned ? source : null,
                Duration = kind == IngestionEventKind.Discovered ? TimeSpan.FromMinutes(10) : null,
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
        builder.Apply([Event(1, first, IngestionEventKind.RunStarted, null), Event(2, first, IngestionEventKind.Failed, "a"), Event(3, first, IngestionEventKind.Done, "b")]);
        builder.Apply([Event(4, second, IngestionEventKind.RunStarted, null), Event(5, second, IngestionEventKind.Done, "a")]);

        var recent = builder.Picture(Noon).Recent;

        Assert.Equal([("a", SourceState.Done), ("b", SourceState.Done)], recent.Select(source => (source.SourceKey, source.State)));
    }

    [Fact]
    public void A_source_that_a_run_passes_by_stays_as_it_was()
    {
        var builder = new SnapshotBuilder();
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        builder.Apply([Event(1, first, IngestionEventKind.RunStarted, null), Event(2, first, IngestionEventKind.Waiting, "a"), Event(3, first, IngestionEventKind.Discovered, "b")]);
        builder.Apply([Event(4, second, IngestionEventKind.RunStarted, null), Event(5, second, IngestionEventKind.Skipped, "a"), Event(6, second, IngestionEventKind.Skipped, "b"), Event(7, second, IngestionEventKind.Skipped, "new")]);

        var picture = builder.Picture(Noon);

        Assert.Equal(("a", SourceState.Waiting), (Assert.Single(picture.Recent).SourceKey, picture.Recent[0].State));
        Assert.Equal("b", Assert.Single(picture.Active).SourceKey);
        Assert.Equal(3, picture.Runs.Single(run => run.RunId == second).Skipped);
    }

    [Fact]
    public void A_source_that_is_tried_again_in_one_run_counts_by_its_last_ending()
    {
        var builder = new SnapshotBuilder();
        var run = Guid.NewGuid();
        builder.Apply([Event(1, run, IngestionEventKind.RunStarted, null), Planned(2, run, 1), Event(3, run, IngestionEventKind.Failed, "a"), Event(4, run, IngestionEventKind.Discovered, "a"), Event(5, run, IngestionEventKind.Done, "a")]);

        var progress = Assert.Single(builder.Picture(Noon).Runs);

        Assert.Equal((1, 0, 1, 1), (progress.Done, progress.Failed, progress.Ended, progress.Found));
    }

    [Fact]
    public void Sources_without_a_key_are_told_apart_by_their_titles()
    {
        var builder = new SnapshotBuilder();
        var run = Guid.NewGuid();
        builder.Apply([Event(1, run, IngestionEventKind.RunStarted, null), Event(2, run, IngestionEventKind.Failed, "", "One"), Event(3, run, IngestionEventKind.Failed, "", "Two"), Event(4, run, IngestionEventKind.Failed, "", "One")]);

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

    [Fact]
    public void Speed_and_time_left_come_from_progress_length_and_the_time_in_the_stage()
    {
        var builder = new SnapshotBuilder();
        var run = Guid.NewGuid();
        builder.Apply([Event(1, run, IngestionEventKind.RunStarted, null), Step(10, run, IngestionEventKind.StageFinished, "a", Stage.Decode, duration: TimeSpan.FromMinutes(10))]);
        var waits = Assert.Single(builder.Picture(Noon).Active);

        builder.Apply([Step(20, run, IngestionEventKind.StageStarted, "a", Stage.Transcribe), Step(23, run, IngestionEventKind.Progress, "a", Stage.Transcribe, progress: 0.25)]);
        var works = Assert.Single(builder.Picture(Noon).Active);

        Assert.Equal((null, null, null), (waits.StageStartedAt, waits.Speed, waits.SecondsLeft));
        Assert.Equal((Noon.AddSeconds(20), 50.0, 9.0), (works.StageStartedAt, works.Speed, works.SecondsLeft));
    }

    [Fact]
    public void Progress_that_comes_after_the_end_of_a_stage_changes_nothing()
    {
        var builder = new SnapshotBuilder();
        var run = Guid.NewGuid();
        builder.Apply([Event(1, run, IngestionEventKind.RunStarted, null), Step(2, run, IngestionEventKind.StageStarted, "a", Stage.Store), Step(3, run, IngestionEventKind.StageFinished, "a", Stage.Store), Event(4, run, IngestionEventKind.Done, "a")]);
        builder.Apply([Step(5, run, IngestionEventKind.Progress, "a", Stage.Store, progress: 0.9)]);

        Assert.Empty(builder.Picture(Noon).Active);
    }

    [Fact]
    public void Stages_are_busy_starved_or_stalled_and_count_what_waits_before_them()
    {
        var builder = new SnapshotBuilder();
        var run = Guid.NewGuid();
        builder.Apply([
            new IngestionEvent { Id = 1, At = Noon, RunId = run, Kind = IngestionEventKind.RunStarted }, Planned(10, run, 5), Event(11, run, IngestionEventKind.Discovered, "a"), Event(12, run, IngestionEventKind.Discovered, "b"),
            Step(13, run, IngestionEventKind.StageFinished, "a", Stage.Decode), Step(20, run, IngestionEventKind.StageStarted, "a", Stage.Transcribe), Step(40, run, IngestionEventKind.StageFinished, "b", Stage.Decode)]);

        var stages = builder.Picture(Noon.AddSeconds(100)).Stages;
        var later = builder.Picture(Noon.AddSeconds(141)).Stages;

        Assert.Equal(Enum.GetValues<Stage>(), stages.Select(load => load.Stage));
        Assert.Equal(new StageLoad(Stage.Discover, StageCondition.Idle, 0, 0, 0.1), stages[0]);
        Assert.Equal((StageCondition.Starved, 0, 3), (stages[1].Condition, stages[1].Working, stages[1].Waiting));
        Assert.Equal(new StageLoad(Stage.Transcribe, StageCondition.Busy, 1, 1, 0.8), stages[3]);
        Assert.Equal(StageCondition.Stalled, later[3].Condition);
        Assert.All(new SnapshotBuilder().Picture(Noon).Stages, load => Assert.Equal(StageCondition.Idle, load.Condition));
    }

    [Fact]
    public void A_run_tells_its_plan_its_pace_and_what_is_left()
    {
        var builder = new SnapshotBuilder();
        var run = Guid.NewGuid();
        builder.Apply([
            Event(1, run, IngestionEventKind.RunStarted, null), Event(2, run, IngestionEventKind.Skipped, "known"), Planned(3, run, 4, TimeSpan.FromHours(4)),
            Event(4, run, IngestionEventKind.Discovered, "a"), Step(101, run, IngestionEventKind.Done, "a", Stage.Store, duration: TimeSpan.FromHours(1))]);

        var progress = Assert.Single(builder.Picture(Noon.AddSeconds(101)).Runs);

        Assert.Equal((RunState.Running, 4, 1, 5, 1, 1), (progress.State, progress.Planned, progress.Ended, progress.Found, progress.Done, progress.Skipped));
        Assert.Equal((36.0, 300.0), (progress.Speed, progress.SecondsLeft));
    }

    [Theory]
    [InlineData(null, RunState.Finished, null)]
    [InlineData("stopped", RunState.Stopped, null)]
    [InlineData("The channel does not exist.", RunState.Failed, "The channel does not exist.")]
    public void A_run_tells_how_it_ended(string? ending, RunState state, string? message)
    {
        var builder = new SnapshotBuilder();
        var run = Guid.NewGuid();
        builder.Apply([Event(1, run, IngestionEventKind.RunStarted, null), new IngestionEvent { Id = 2, At = Noon.AddSeconds(2), RunId = run, Kind = IngestionEventKind.RunFinished, Message = ending }]);

        var progress = Assert.Single(builder.Picture(Noon).Runs);

        Assert.Equal((state, message), (progress.State, progress.Message));
    }

    private static IngestionEvent Planned(long id, Guid run, int recordings, TimeSpan? duration = null) =>
        new() { Id = id, At = Noon.AddSeconds(id), RunId = run, Kind = IngestionEventKind.Planned, Recordings = recordings, Duration = duration };

    private static IngestionEvent Step(long id, Guid run, IngestionEventKind kind, string key, Stage stage, double? progress = null, TimeSpan? duration = null) =>
        new() { Id = id, At = Noon.AddSeconds(id), RunId = run, Kind = kind, SourceKey = key, Title = key, Stage = stage, Progress = progress, Duration = duration };

    private static IngestionEvent Event(long id, Guid run, IngestionEventKind kind, string? key, string? title = null) =>
        new() { Id = id, At = Noon.AddSeconds(id), RunId = run, Kind = kind, SourceKey = key, Title = title ?? key };

    private static string Text(SnapshotBuilder builder) => JsonSerializer.Serialize(builder.Picture(Noon.AddMinutes(1)));
}
