using System.Text;
using CsCheck;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Schedule;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Transcripts.Formats;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Tests.Guard;

/// <summary>What is read from files, forms and the environment: whatever is in it, it is read or refused in a sentence.</summary>
public sealed class HostileTextsTests
{
    private static readonly string[] CaptionParts =
        ["WEBVTT\n\n", "1\n", "00:00:01,000 --> 00:00:02,000\n", "99:99:99.999 --> -1\n", "00:00.000 --> 00:01.000 align:start\n", "NOTE\n", "<v Ann>", "</v>", "<c.x", "&#", "&amp;", "{", "\"segments\":[", "[00:01]", "**Ann:**", "---\n", "title: x\n", "\n\n", "|", "words\t"];

    [Fact]
    public void Captions_and_transcripts() => ForEach(1_000, number =>
    {
        var extension = TranscriptFile.Extensions[number % TranscriptFile.Extensions.Count];
        var parts = Gen.Select(Gen.Frequency((2, Gen.OneOf(CaptionParts)), (1, Hostile.Text)).Array[0, 30], Hostile.Bytes).Number(number);
        byte[] content = [.. Encoding.UTF8.GetBytes(string.Concat(parts.Item1)), .. number % 3 == 0 ? parts.Item2 : []];
        try
        {
            Assert.NotEmpty(TranscriptFile.Read("talk" + extension, content).Lines);
        }
        catch (TranscriptFormatException refused)
        {
            Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void Schedules() => ForEach(1_000, number =>
    {
        var text = number % 2 == 0 ? Hostile.Text.Number(number) : string.Join(' ', Gen.String[Gen.Char["0123456789*/-,monLW#?@"], 0, 8].Array[3, 7].Number(number));
        if (!CronSchedule.TryParse(text, out var schedule, out var fault)) Assert.EndsWith(".", fault, StringComparison.Ordinal);
        else Assert.NotEmpty(schedule.Words);
    });

    [Fact]
    public void Addresses_of_recordings() => ForEach(1_000, number =>
    {
        var text = (number % 3) switch
        {
            0 => Hostile.Text.Number(number),
            1 => "http://" + Hostile.Text.Number(number),
            _ => "https://www.youtube.com/watch?v=" + Hostile.Text.Number(number),
        };
        _ = YoutubeId.TryParse(text, out _);
        try
        {
            Assert.True(new AddressGuard(new ChaffeeSettings { ConnectionString = "" }).Check(text).Scheme is "http" or "https");
        }
        catch (SourceFailedException refused)
        {
            Assert.Equal(FailureClass.Unsupported, refused.FailureClass);
        }
    });

    [Fact]
    public void Addresses_of_databases_whose_password_is_in_no_sentence() => ForEach(1_000, number =>
    {
        const string Secret = "Qz7Qz7Qz7Qz7";
        var (before, after) = (Gen.String[Gen.Char["ab/?#@:%&=; '"], 0, 3].Number(number), Gen.String[Gen.Char["ab/?#@:%&=; '"], 0, 3].Number(number + 1_000));
        var text = (number % 4) switch
        {
            0 => Hostile.Text.Number(number),
            1 => $"Host=db;Username=ann;Password={before}{Secret}{after};{Gen.OneOf("Port=x", "Nonsense=1", "SSL Mode=odd", "").Number(number)}",
            2 => $"postgresql://ann:{before}{Secret}{after}@db:{Gen.OneOf("5432", "0", "port", "").Number(number)}/library",
            _ => $"postgresql://ann:{Uri.EscapeDataString(before)}{Secret}@db/library?{Gen.OneOf("sslmode=odd", "nonsense=1", "a", "port=x", "connect_timeout=-5").Number(number)}",
        };
        if (DatabaseUrl.TryParse(text, out var connectionString, out var fault)) Assert.NotEmpty(connectionString);
        else Assert.DoesNotContain(Secret, fault, StringComparison.Ordinal);
    });

    private static void ForEach(int count, Action<int> check)
    {
        for (var number = 0; number < count; number++)
        {
            try
            {
                check(number);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"Number {number} of seed {Hostile.Seed} was not borne.", fault);
            }
        }
    }
}
