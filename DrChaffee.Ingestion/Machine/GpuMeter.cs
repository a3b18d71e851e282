using System.ComponentModel;
using System.Globalization;
using CliWrap;
using CliWrap.Buffered;
using DrChaffee.Domain.Data;
using DrChaffee.Ingestion.Diagnosis;

namespace DrChaffee.Ingestion.Machine;

/// <summary>Asks NVIDIA's own program how busy the GPUs are: every 5 seconds at most, and never again after it was found missing.</summary>
internal sealed class GpuMeter
{
    private const string Fields = "name,utilization.gpu,memory.used,memory.total,temperature.gpu";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly string _program;
    private readonly CachedValue<IReadOnlyList<GpuLoad>> _answer;
    private bool _missing;

    public GpuMeter(GpuProbe gpu, TimeProvider time) : this(gpu.IsAvailable, "nvidia-smi", time)
    {
    }

    internal GpuMeter(bool there, string program, TimeProvider time)
    {
        (_missing, _program) = (!there, program);
        _answer = new CachedValue<IReadOnlyList<GpuLoad>>(TimeSpan.FromSeconds(5), time, AskAsync);
    }

    public Task<IReadOnlyList<GpuLoad>> ReadAsync(CancellationToken cancellationToken) => _missing ? Task.FromResult<IReadOnlyList<GpuLoad>>([]) : _answer.GetAsync(cancellationToken);

    private async Task<IReadOnlyList<GpuLoad>> AskAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var answer = await Cli.Wrap(_program).WithArguments([$"--query-gpu={Fields}", "--format=csv,noheader,nounits"]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(patience.Token);
            return answer.ExitCode == 0 ? [.. answer.StandardOutput.Split('\n').Select(Read).OfType<GpuLoad>()] : [];
        }
        catch (Win32Exception)
        {
            _missing = true;
            return [];
        }
        catch (OperationCanceledException)
        {
            return []; // it hangs; it is asked again later
        }
    }

    /// <summary>A line such as <c>NVIDIA L4, 37, 1024, 23034, 51</c>: per cent, MiB, MiB and degrees; what a GPU cannot tell is <c>[N/A]</c>.</summary>
    private static GpuLoad? Read(string line) => line.Split(',', StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, var busy, var used, var total, var celsius]
        ? new GpuLoad(name, Number(busy) / 100.0, Number(used) * 1024 * 1024, Number(total) * 1024 * 1024, (int?)Number(celsius))
        : null;

    private static long? Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
