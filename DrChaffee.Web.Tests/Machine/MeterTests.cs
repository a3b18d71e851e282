using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Machine;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Machine;

public sealed class MeterTests : IDisposable
{
    private const string Meminfo = "MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:    9000000 kB\n";

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Processors_are_as_busy_as_the_kernel_counted_since_the_reading_before()
    {
        var file = _folder.Write("stat", "cpu  1000 0 500 8000 500 0 0 0 0 0\ncpu0 1 2 3 4\n");
        var meter = new ProcessorMeter(_time, file);

        var first = meter.ReadAsync(Token);
        _folder.Write("stat", "cpu  1050 0 525 8020 505 0 0 0 0 0\n");
        _time.Advance(TimeSpan.FromSeconds(1));
        var load = await first;
        _folder.Write("stat", "cpu  1050 0 525 8110 515 0 0 0 0 0\n");
        _time.Advance(TimeSpan.FromSeconds(5));
        var idle = await meter.ReadAsync(Token);

        Assert.Equal((Environment.ProcessorCount, 0.75), (load.Count, Math.Round(load.Share, 6)));
        Assert.Equal(0, idle.Share);
    }

    [Fact]
    public async Task Where_the_kernel_tells_nothing_the_process_tells_its_own_share()
    {
        var first = new ProcessorMeter(_time, Path.Combine(_folder.Path, "none")).ReadAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.InRange((await first).Share, 0, 1);
    }

    [Fact]
    public void Memory_is_the_machines_or_the_containers_whichever_is_less()
    {
        _folder.Write("proc/meminfo", Meminfo);
        var machine = new MemoryMeter(_folder.Path).Read();
        _folder.Write("sys/fs/cgroup/memory.max", "2000000000\n");
        _folder.Write("sys/fs/cgroup/memory.current", "1500000000\n");
        _folder.Write("sys/fs/cgroup/memory.stat", "anon 1\ninactive_file 500000000\n");
        var container = new MemoryMeter(_folder.Path).Read();
        _folder.Write("sys/fs/cgroup/memory.max", "max\n");
        var unlimited = new MemoryMeter(_folder.Path).Read();

        Assert.Equal((16_384_000_000, 9_216_000_000), (machine.TotalBytes, machine.AvailableBytes));
        Assert.Equal((2_000_000_000, 1_000_000_000, 0.5), (container.TotalBytes, container.AvailableBytes, container.Share));
        Assert.Equal(machine.TotalBytes, unlimited.TotalBytes);
        Assert.True(machine.ProcessBytes > 0);
    }

    [Fact]
    public void A_disk_that_holds_both_folders_is_told_once()
    {
        var data = Path.Combine(_folder.Path, "not", "made", "yet");
        var disk = Assert.Single(new DiskMeter(new ChaffeeSettings { ConnectionString = "", DataDirectory = data, AudioDirectory = Path.Combine(data, "audio") }).Read());

        Assert.Equal(["data", "audio"], disk.Holds);
        Assert.InRange(disk.FreeBytes, 0, disk.TotalBytes);
    }

    [Fact]
    public void All_below_a_folder_is_added_up_and_what_cannot_be_read_there_is_left_out()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What cannot be read here is a path longer than Linux takes.");
        var half = string.Join('/', Enumerable.Repeat(new string('a', 200), 11)); // of the longest path and a little more
        var (counted, apart) = (Path.Combine(_folder.Path, "counted"), Path.Combine(_folder.Path, "apart"));
        var below = Path.Combine(Directory.CreateDirectory(Path.Combine(counted, half)).FullName, "apart");
        Directory.CreateDirectory(Path.Combine(apart, half));
        _folder.Write("counted/first", "12345");
        _folder.Write($"counted/{string.Join('/', Enumerable.Repeat("b", 40))}/last", "123");

        Directory.Move(apart, below);
        var read = FolderMeter.Read("Audio", counted);
        Directory.Move(below, apart); // or the folder could not be deleted

        Assert.Equal(new FolderSize("Audio", 2, 8), read);
        Assert.Equal(new FolderSize("Audio", 0, 0), FolderMeter.Read("Audio", Path.Combine(_folder.Path, "none")));
    }

    [Fact]
    public async Task A_gpu_is_asked_every_five_seconds_at_most_and_tells_what_it_can()
    {
        var meter = new GpuMeter(there: true, Script("NVIDIA L4, 37, 1024, 23034, 51\\nNVIDIA T4, [N/A], [N/A], 15360, 40\\n"), _time);
        var first = await meter.ReadAsync(Token);
        await meter.ReadAsync(Token);
        var asked = Asked();
        _time.Advance(TimeSpan.FromSeconds(6));
        await meter.ReadAsync(Token);

        Assert.Equal(new GpuLoad("NVIDIA L4", 0.37, 1_073_741_824, 24_152_899_584, 51), first[0]);
        Assert.Equal(("NVIDIA T4", null, null), (first[1].Name, first[1].Share, first[1].UsedBytes));
        Assert.Equal((1, 2), (asked, Asked()));
    }

    [Fact]
    public async Task A_program_that_is_missing_is_not_asked_again()
    {
        var missing = new GpuMeter(there: true, Path.Combine(_folder.Path, "nvidia-smi"), _time);
        var before = await missing.ReadAsync(Token);
        var forbidden = new GpuMeter(there: false, Script("NVIDIA L4, 37, 1024, 23034, 51\\n"), _time);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(before);
        Assert.Empty(await missing.ReadAsync(Token));
        Assert.Empty(await forbidden.ReadAsync(Token));
        Assert.Equal(0, Asked());
    }

    private string Script(string answer)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program that stands in for nvidia-smi is a shell script.");
        var path = _folder.Write("nvidia-smi", $"#!/bin/sh\necho asked >> '{_folder.Path}/asked'\nprintf '{answer}'\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private int Asked() => File.Exists(Path.Combine(_folder.Path, "asked")) ? File.ReadAllLines(Path.Combine(_folder.Path, "asked")).Length : 0;
}
