using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Capacity;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Schedule;
using DrChaffee.Ingestion.Steering;
using DrChaffee.Web.Features.Guard;
using DrChaffee.Web.Features.Health;
using Npgsql;

namespace DrChaffee.Web.Features.Support;

/// <summary>Puts what somebody needs who helps an operator into a zip, and nothing that must not leave the machine. What cannot be read is told inside; the rest is there all the same.</summary>
internal sealed class SupportBundle(
    ChaffeeSettings settings, DatabaseState database, DatabaseFacts facts, Doctor doctor, GpuProbe gpu, CapacityBook capacity, QueueBook queue, EventLog events, JobHistory jobs, RecentLog log, SupportRedactor redactor, TimeProvider time)
{
    private const int LastEvents = 500;
    private const int LastJobs = 300;

    private static readonly JsonSerializerOptions Json = ForPeople();

    /// <param name="served">True in the process that serves pages, whose log is wanted.</param>
    /// <returns>The names of the files in it.</returns>
    public async Task<IReadOnlyList<string>> WriteAsync(Stream to, bool served, CancellationToken cancellationToken)
    {
        var away = await database.ModeAsync(cancellationToken) == DatabaseMode.Unreachable ? "The database did not answer." : null;
        var findings = await doctor.ExamineAsync(cancellationToken);
        List<Part> parts =
        [
            new Part("doctor.txt", "what drchaffee doctor says", string.Join('\n', findings.Select(finding => $"{SnakeCase.Name(finding.State),-8} {finding.Name,-12} {finding.Message}"))),
            Part.Of("doctor.json", "the same for a program", findings),
            Part.Of("program.json", "version, engines and machine", About()),
            Part.Of("settings.json", "every setting by name: whether it is set, and its value where that can hold no secret", settings.Variables),
            await AskAsync("database.json", "PostgreSQL: version, settings that matter, connections by what they do", away, async () => await facts.ReadAsync(cancellationToken)),
            await AskAsync("migrations.json", "what was applied to the schema, and what is still to be", away, async () => await facts.MigrationsAsync(cancellationToken) is var (applied, pending) ? new { applied, pending } : null),
            await AskAsync("capacity.json", "counts, sizes of the tables, disks, memory, growth, the queue's shape", away, async () => await capacity.ReadAsync(cancellationToken)),
            await AskAsync("failures.json", "failures by class, with the last of each", away, async () => new { classes = await queue.FailuresAsync(cancellationToken), last = await queue.LastFailuresAsync(cancellationToken) }),
            await AskAsync("events.json", $"the last {LastEvents} events of ingestion", away, async () => await events.LatestAsync(LastEvents, cancellationToken)),
            await AskAsync("jobs.json", $"the last {LastJobs} runs of scheduled jobs", away, async () => (await jobs.ListAsync(job: null, LastJobs, 0, cancellationToken)).Items),
        ];
        if (served) parts.Add(new Part("log.txt", $"the last {RecentLog.Most:N0} lines that this process logged", string.Join('\n', log.Lines)));
        parts.Insert(0, new Part("README.txt", "this", SupportText.ReadMe(parts, time.GetUtcNow(), served, away)));

        await using var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var part in parts)
        {
            await using var entry = await zip.CreateEntry(part.Name, CompressionLevel.Optimal).OpenAsync(cancellationToken);
            await entry.WriteAsync(Encoding.UTF8.GetBytes(TextOf(part)), cancellationToken);
        }

        return [.. parts.Select(part => part.Name)];
    }

    private string TextOf(Part part) => part.Content is string text
        ? string.Join('\n', text.Split('\n').Select(redactor.Clean)) + "\n"
        : redactor.Clean(JsonSerializer.SerializeToNode(part.Content, Json))?.ToJsonString(Json) ?? "null";

    private static JsonSerializerOptions ForPeople()
    {
        var json = new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        WebServices.UseSnakeCase(json);
        return json;
    }

    private object About() => new
    {
        HealthReporter.Version,
        settings.Mode,
        settings.WorkerOnly,
        engines = doctor.About.Select(finding => finding.Message),
        gpu_available = gpu.IsAvailable,
        runtime = RuntimeInformation.FrameworkDescription,
        system = RuntimeInformation.OSDescription,
        architecture = RuntimeInformation.ProcessArchitecture,
        processors = Environment.ProcessorCount,
        started_at = (DateTimeOffset)System.Diagnostics.Process.GetCurrentProcess().StartTime.ToUniversalTime(),
        memory_bytes = Environment.WorkingSet,
    };

    /// <summary>What one question to the database gives; why not, where it cannot be answered.</summary>
    private static async Task<Part> AskAsync(string name, string holds, string? away, Func<Task<object?>> ask)
    {
        if (away is not null) return Part.Of(name, holds, new { unavailable = away });
        try
        {
            return Part.Of(name, holds, await ask());
        }
        catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return Part.Of(name, holds, new { unavailable = ex.InnerException is NpgsqlException inner ? inner.Message : ex.Message });
        }
    }

    /// <summary>One file of the bundle.</summary>
    /// <param name="Holds">What is in it, in a few words.</param>
    internal sealed record Part(string Name, string Holds, object? Content)
    {
        public static Part Of(string name, string holds, object? facts) => new(name, holds, facts is string ? new { facts } : facts);
    }
}
